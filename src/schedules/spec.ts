// Schedules as options name them.
import { makeNamed } from "../registry.js";
import type { PartSpec } from "../registry.js";
import type * as factories from "./index.js";
import { known } from "./known.js";
import { Schedule } from "./schedule.js";

/** The names of the schedules. */
export const names = [
  "exponentialDecay",
  "piecewiseConstantDecay",
  "polynomialDecay",
  "inverseTimeDecay",
  "cosineDecay",
  "cosineDecayRestarts",
] as const;

type Factories = Pick<typeof factories, (typeof names)[number]>;

/** A schedule, or an object with its name and options, as `getConfig` returns it. */
export type ScheduleSpec = Schedule | PartSpec<Factories>;

/** @internal */
export function toSchedule(spec: ScheduleSpec): Schedule {
  return spec instanceof Schedule
    ? spec
    : makeNamed<Schedule>("schedule", spec, {
        namespace: "schedules",
        names,
        aliases: {},
        known,
        Base: Schedule,
      });
}
