// A layer of one's own that gives a tensor the mask of another, so that the mask stays where values move.
import { layers } from "lanegrad";

/** Its first input, with the mask of its second. */
export class Masked extends layers.CustomLayer {
  override get supportsMasking(): boolean {
    return true;
  }

  override forward({ inputs: [x], output }: layers.CustomLayerForward): void {
    output.set(x);
  }

  override backward({ dOutput, dInputs: [dX] }: layers.CustomLayerBackward): void {
    dX?.set(dOutput);
  }
}
