import { LanegradError } from "../errors.js";
import { positive } from "../options.js";

/** How gradients are cut down before an update. */
export interface Clipping {
  /** Scales the gradient of each weight down to this norm. */
  clipnorm?: number | undefined;
  /** Scales all gradients down so that their norm together is at most this. */
  globalClipnorm?: number | undefined;
  /** Cuts every value of a gradient off at plus and minus this. */
  clipvalue?: number | undefined;
}

/** At most one way of clipping may be chosen, as in Keras. */
export function checkClipping({ clipnorm, globalClipnorm, clipvalue }: Clipping): Clipping {
  const given = Object.entries({ clipnorm, globalClipnorm, clipvalue }).filter(
    ([, limit]) => limit !== undefined,
  );
  if (given.length > 1) {
    throw new LanegradError(
      "INVALID_OPTION",
      `only one of clipnorm, globalClipnorm and clipvalue may be given. Received: ${given.map(([name]) => name).join(", ")}`,
    );
  }
  for (const [name, limit] of given) positive(name, limit);
  return Object.fromEntries(given) as Clipping;
}
