// The public API. In a bundle modules lie in the order of these lines: kernels first (runtime/kernels/order.ts), then what
// gzips best, found by trying (0.5 KB of a small program).
import "./runtime/kernels/order.js";
export { rbm, RestrictedBoltzmannMachine } from "./unsupervised/rbm.js";
export { matMul } from "./matMul.js";
export type { MatMulOptions } from "./matMul.js";
export { backend, configure, ready } from "./runtime/runtime.js";
export type { Backend, BuildName, Configuration } from "./runtime/runtime.js";
export * as callbacks from "./callbacks/index.js";
export { registerClass } from "./saving/registry.js";
export type { RegisteredClass } from "./saving/registry.js";
export * as constraints from "./constraints/index.js";
export * as losses from "./losses/index.js";
export * as initializers from "./initializers/index.js";
export { linkParts } from "./linking.js";
export type { Parts } from "./linking.js";
export { version } from "./version.js";
export * as metrics from "./metrics/index.js";
export * as schedules from "./schedules/index.js";
export * as optimizers from "./optimizers/index.js";
export * as activations from "./activations/index.js";
export { Model } from "./models/model.js";
export { Sequential, sequential } from "./models/sequential.js";
export type { SequentialOptions } from "./models/sequential.js";
export { LanegradError } from "./lanegradError.js";
export type { ErrorCode } from "./lanegradError.js";
export { Functional, input, model } from "./models/functional.js";
export type { ModelOptions } from "./models/functional.js";
export * as regularizers from "./regularizers/index.js";
export { loadModel, loadModelWith, modelFromJSON } from "./models/load.js";
export { Perceptron, perceptron } from "./models/perceptron.js";
export type { PerceptronOptions } from "./models/perceptron.js";
export * as preprocessing from "./preprocessing/index.js";
export { History } from "./models/history.js";
export { setRandomSeed } from "./runtime/random.js";
export * as layers from "./layers/index.js";
export * as scores from "./scores/index.js";
export { Tensor, tensor } from "./tensor/tensor.js";
export type { ArrayOf, TensorLike } from "./tensor/tensor.js";
export { SelfOrganizingMap, selfOrganizingMap } from "./unsupervised/selfOrganizingMap.js";
export type { MapTransformOptions } from "./unsupervised/selfOrganizingMap.js";

export type { Shape, SymbolicTensor } from "./graph/symbolic.js";
export type { Weight } from "./graph/weight.js";
export type { ModelJSON } from "./models/base.js";
export type { Batch, Batches } from "./models/batches.js";
export type { CompileOptions, LossOption, MetricsOption } from "./models/compile.js";
export type {
  EvaluateBatchesOptions,
  EvaluateOptions,
  FitBatchesOptions,
  FitOptions,
  FitSignal,
  PredictOptions,
  ValidationData,
} from "./models/fitOptions.js";
export type { Gradients, VectorJacobianProduct } from "./models/gradients.js";
export type { InputBatch } from "./models/predictor.js";
export type { Data, Inputs, Targets } from "./models/rows.js";
export type { Logs } from "./models/trainer.js";
export type { ClassWeight, SampleWeight } from "./models/weights.js";
export type { NestedArray, NumericArray } from "./tensor/nested.js";
export type {
  MapDecay,
  MapGrid,
  MapMode,
  MapNeighbourhood,
  SelfOrganizingMapOptions,
} from "./unsupervised/mapOptions.js";
export type { RbmOptions, RbmVisibleStates } from "./unsupervised/rbmOptions.js";
export type { MapLogs, UnsupervisedFitOptions } from "./unsupervised/trainMap.js";
export type { RbmLogs } from "./unsupervised/trainRbm.js";
