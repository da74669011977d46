import { defaultDevice, init, nn, numpy as np } from "@jax-js/jax";

await init("wasm");
defaultDevice("wasm");
const dense = (x, inputs, units) => np.matmul(x, np.zeros([inputs, units])).add(np.zeros([units]));
const first = nn.relu(dense(np.zeros([1, 784]), 784, 25));
const second = nn.relu(dense(first, 25, 15));
console.log(Array.from(await nn.softmax(dense(second, 15, 10), -1).data()).join());
