// What a program does that starts and predicts: cold starts are measured with it.
import { layers, sequential } from "lanegrad";

const net = sequential({
  layers: [
    layers.dense({ units: 32, activation: "relu", inputShape: [64] }),
    layers.dense({ units: 10, activation: "softmax" }),
  ],
});
export const prediction = net.predict(new Float32Array(64));
