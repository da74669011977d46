// Written by reference.py, which says what was trained: float64, gradients by PyTorch.

/** The loss of each epoch. */
// prettier-ignore
export const LOSSES = [0.711468088, 0.658508205, 0.643768626, 0.641395486, 0.653566179, 0.667896755, 0.676492714, 0.678404638, 0.675839837, 0.671002788, 0.665540037, 0.660977607, 0.658197689, 0.656809168, 0.655664196, 0.653878493, 0.651252378, 0.648029793, 0.644529651, 0.640964125];

/** The loss over all rows afterwards. */
export const EVALUATED_LOSS = 0.636782078;

/** Afterwards the probability of the first class, for each row. */
// prettier-ignore
export const PREDICTIONS = [0.260585058, 0.347113759, 0.451401381, 0.436673745, 0.528209552, 0.568463528, 0.566726630, 0.624296606, 0.723940780, 0.828682059, 0.900721777, 0.336812849];
