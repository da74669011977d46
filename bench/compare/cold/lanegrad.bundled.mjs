import { configure, sequential } from "lanegrad";
import { dense } from "lanegrad/layers";

configure({ build: process.argv[2] });
const net = sequential({
  layers: [
    dense({ units: 25, activation: "relu", inputShape: [784] }),
    dense({ units: 15, activation: "relu" }),
    dense({ units: 10, activation: "softmax" }),
  ],
});
console.log(Array.from(net.predict(new Float32Array(784)).data).join());
