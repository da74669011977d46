/** What went wrong, for programs. The message says it for people. */
export type ErrorCode =
  | "INVALID_OPTION"
  | "UNKNOWN_OPTION"
  | "UNKNOWN_NAME"
  | "NOT_LINKED"
  | "SHAPE_MISMATCH"
  | "INVALID_DATA"
  | "INVALID_LABEL"
  | "INVALID_FILE"
  | "NOT_BUILT"
  | "NOT_COMPILED"
  | "BUSY"
  | "UNSUPPORTED_RUNTIME"
  | "OUT_OF_MEMORY";

/**
 * Every error that Lanegrad throws. The message says what was wrong, what was expected and what was
 * received; `code` says which kind of error it is.
 */
export class LanegradError extends Error {
  /** Always "LanegradError". */
  override readonly name = "LanegradError";
  /** The kind of error, for programs. */
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
