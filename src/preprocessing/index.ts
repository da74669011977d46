// What comes before training: splits, scalers, encoders.
export { columns } from "./columns.js";
export { kFold } from "./kFold.js";
export type { Fold, KFoldOptions } from "./kFold.js";
export { labelEncoder, LabelEncoder } from "./labelEncoder.js";
export type { CodesOf, LabelEncoderState } from "./labelEncoder.js";
export type { Label, Labels } from "./labels.js";
export { minMaxScaler, MinMaxScaler } from "./minMaxScaler.js";
export type { MinMaxScalerOptions, MinMaxScalerState } from "./minMaxScaler.js";
export { oneHot } from "./oneHot.js";
export type { Rows } from "./rows.js";
export { Scaler } from "./scaler.js";
export { standardScaler, StandardScaler } from "./standardScaler.js";
export type { StandardScalerState } from "./standardScaler.js";
export type { SameKind, TableLike } from "./table.js";
export { trainTestSplit } from "./trainTestSplit.js";
export type { TrainTestSplit, TrainTestSplitOptions } from "./trainTestSplit.js";
