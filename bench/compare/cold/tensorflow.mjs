import * as tf from "@tensorflow/tfjs";
import { setThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { fileURLToPath } from "node:url";

setWasmPaths(fileURLToPath(new URL("../node_modules/@tensorflow/tfjs-backend-wasm/dist/", import.meta.url)));
setThreadsCount(1);
await tf.setBackend(process.argv[2]);
const net = tf.sequential({
  layers: [
    tf.layers.dense({ units: 25, activation: "relu", inputShape: [784] }),
    tf.layers.dense({ units: 15, activation: "relu" }),
    tf.layers.dense({ units: 10, activation: "softmax" }),
  ],
});
console.log(Array.from(net.predict(tf.zeros([1, 784])).dataSync()).join());
