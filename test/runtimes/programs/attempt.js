// Trains a network of a million weights, which must grow linear memory, and tells what became of it.
import { LanegradError, layers, sequential } from "lanegrad";

/** { trained: true }, or of the error { typed, code, message }. */
export function attempt() {
  try {
    const net = sequential({ layers: [layers.dense({ units: 1000, inputShape: [1000] })] });
    net.compile({ optimizer: "adam", loss: "mse" });
    const { loss } = net.trainOnBatch(new Float32Array(1000).fill(0.1), new Float32Array(1000));
    return { trained: Number.isFinite(loss) };
  } catch (error) {
    return { typed: error instanceof LanegradError, code: error.code, message: error.message };
  }
}
