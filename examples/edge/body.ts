// Reads the body of a request as JSON and trusts nothing about it.
import { RequestError } from "./errors.js";

/**
 * The body as a value.
 *
 * @throws RequestError 415 if it is not sent as JSON, 413 if it has more bytes than `most`, 400 if it is not JSON
 */
export async function readJson(request: Request, most: number): Promise<unknown> {
  const type = (request.headers.get("content-type") ?? "").split(";")[0].trim().toLowerCase();
  if (type !== "application/json") {
    throw new RequestError(415, "the body must be sent with content-type: application/json");
  }
  const text = decode(await readBytes(request, most));
  try {
    return JSON.parse(text);
  } catch {
    throw new RequestError(400, "the body must be JSON");
  }
}

/** At most so many bytes. A body that says it is longer is not read; one that says nothing is read no further. */
async function readBytes(request: Request, most: number): Promise<Uint8Array> {
  const tooLarge = new RequestError(413, `the body must have at most ${most} bytes`);
  if (Number(request.headers.get("content-length") ?? 0) > most) throw tooLarge;
  const bytes = new Uint8Array(most);
  let length = 0;
  for await (const part of request.body ?? []) {
    if (length + part.length > most) throw tooLarge;
    bytes.set(part, length);
    length += part.length;
  }
  return bytes.subarray(0, length);
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new RequestError(400, "the body must be text in UTF-8");
  }
}
