// Self-organizing maps and restricted Boltzmann machines. A wasm module of its own.
export { bestMatchingUnits, matchingScratch, topographicErrors, unitDistances } from "./mapSearch";
export { mapNeighbourhood, neighbourDistances } from "./mapGrid";
export { moveUnits, takeUnitSums, trainMapOnline } from "./mapTraining";
export {
  climb,
  contrastiveDivergence,
  fireUnits,
  freeEnergies,
  reconstructionDifference,
  sampleHidden,
  sampleVisible,
} from "./boltzmann";
