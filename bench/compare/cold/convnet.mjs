import convnetjs from "convnetjs";

const net = new convnetjs.Net();
net.makeLayers([
  { type: "input", out_sx: 1, out_sy: 1, out_depth: 784 },
  { type: "fc", num_neurons: 25, activation: "relu" },
  { type: "fc", num_neurons: 15, activation: "relu" },
  { type: "softmax", num_classes: 10 },
]);
const output = net.forward(new convnetjs.Vol(1, 1, 784, 0));
console.log(Array.from(output.w).join());
