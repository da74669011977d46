// Every kind of layer, as what a file may name: without the classes that only those need who write layers of their own.
export * from "./core.js";
export * from "./common.js";
export * from "./arranging.js";
export * from "./convolving.js";
export * from "./pooling.js";
export * from "./activating.js";
export * from "./augmenting.js";
export * from "./normalizing.js";
export * from "./regularizing.js";
export * from "./merging.js";
export * from "./recurrent.js";
export * from "./attending.js";
