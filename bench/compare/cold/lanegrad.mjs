import { configure, layers, sequential } from "lanegrad";

configure({ build: process.argv[2] });
const net = sequential({
  layers: [
    layers.dense({ units: 25, activation: "relu", inputShape: [784] }),
    layers.dense({ units: 15, activation: "relu" }),
    layers.dense({ units: 10, activation: "softmax" }),
  ],
});
console.log(Array.from(net.predict(new Float32Array(784)).data).join());
