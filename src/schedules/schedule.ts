import { LanegradError } from "../errors.js";

/**
 * A learning rate that follows the step. For one of your own, extend this class with `at`; with `getConfig`
 * too if the optimizer's configuration is to be read.
 */
export abstract class Schedule {
  /**
   * The learning rate of a step.
   *
   * @param step how many steps came before: 0 for the first one
   */
  abstract at(step: number): number;

  /**
   * The options from which an equal schedule can be made, with its name.
   *
   * @throws LanegradError INVALID_OPTION if the class has none
   */
  getConfig(): Record<string, unknown> {
    throw new LanegradError(
      "INVALID_OPTION",
      `a schedule needs a getConfig to be saved. Received: ${this.constructor.name}`,
    );
  }
}
