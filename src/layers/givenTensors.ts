import { LanegradError, OF_THIS_ENTRY, show } from "../errors.js";
import { SymbolicTensor } from "../graph/symbolic.js";

/**
 * What `apply` got, as an array.
 *
 * @throws LanegradError INVALID_OPTION for anything but symbolic tensors, and for further arguments
 */
export function givenTensors(
  owner: string,
  inputs: SymbolicTensor | readonly SymbolicTensor[],
  others: readonly unknown[],
): readonly SymbolicTensor[] {
  if (others.length > 0) {
    throw new LanegradError(
      "INVALID_OPTION",
      `${owner}.apply takes several inputs in an array. Received: ${others.length + 1} arguments`,
    );
  }
  const list = inputs instanceof SymbolicTensor ? [inputs] : inputs;
  if (Array.isArray(list) && list.every((tensor) => tensor instanceof SymbolicTensor)) return list;
  throw new LanegradError(
    "INVALID_OPTION",
    `${owner}.apply takes what input() or another layer's apply() returned, ${OF_THIS_ENTRY}. Received: ${show(inputs)}`,
  );
}
