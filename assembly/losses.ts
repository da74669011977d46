// The losses that are not in the core. A wasm module of its own.
export { circleLoss } from "./lossCircle";
export { huberLoss, logCoshLoss, meanAbsolutePercentageErrorLoss, perceptronLoss } from "./lossErrors";
export { binaryFocalCrossentropyLoss, categoricalFocalCrossentropyLoss } from "./lossFocal";
export { categoricalGeneralizedCrossEntropyLoss } from "./lossGeneralized";
export { klDivergenceLoss, meanSquaredLogarithmicErrorLoss, poissonLoss } from "./lossLogarithmic";
export { hingeLoss, squaredHingeLoss } from "./lossMargin";
export { diceLoss, tverskyLoss } from "./lossOverlap";
export { categoricalHingeLoss, cosineSimilarityLoss } from "./lossSimilarity";
