// Single time steps of recurrent layers, without their products, which are the core's. A wasm module of its own.
export { copyStrided as copyColumns } from "./copies";
export { lstmStepBackward, lstmStepForward } from "./recurrenceLstm";
export { gruStepBackward, gruStepForward } from "./recurrenceGru";
export {
  gruCandidateBackward,
  gruCandidateForward,
  gruGatesForward,
  gruResetBackward,
} from "./recurrenceGruBefore";
export { carryRows, clearRows, divideGradient, startedSteps } from "./recurrenceMask";
export { simpleRnnStepBackward, simpleRnnStepForward } from "./recurrenceSimple";
export { fromSteps, multiplyStates, stateGradient, toSteps } from "./recurrenceSteps";
