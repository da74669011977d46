import { LanegradError, show } from "../errors.js";
import { Layer } from "./layer.js";

/**
 * The options of a layer around another one.
 *
 * @throws LanegradError INVALID_OPTION if they are that other layer, as in Keras
 */
export function wrapperOptions<T>(kind: string, options: T): T {
  if (!(options instanceof Layer)) return options;
  throw new LanegradError(
    "INVALID_OPTION",
    `${kind} takes an object of options, { layer: ... }. Received: ${show(options)}`,
  );
}
