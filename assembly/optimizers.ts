// The optimizers that are not in the core. A wasm module of its own.
export { adafactorFactored, adafactorUnfactored } from "./optimizerFactored";
export { adadelta, adagrad } from "./optimizerAdaptive";
export { ftrl } from "./optimizerFtrl";
export { adamax, lambDirection, lion, nadam } from "./optimizerMoments";
export { scheduleFreeAdamw } from "./optimizerScheduleFree";
