import "@tensorflow/tfjs-backend-cpu";
import { setBackend, zeros } from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops";
import { layers, sequential } from "@tensorflow/tfjs-layers";

await setBackend("cpu");
const net = sequential({
  layers: [
    layers.dense({ units: 25, activation: "relu", inputShape: [784] }),
    layers.dense({ units: 15, activation: "relu" }),
    layers.dense({ units: 10, activation: "softmax" }),
  ],
});
console.log(Array.from(net.predict(zeros([1, 784])).dataSync()).join());
