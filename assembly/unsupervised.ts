// Self-organizing maps. A wasm module of its own.
export { bestMatchingUnits, matchingScratch, topographicErrors, unitDistances } from "./mapSearch";
export { mapNeighbourhood, neighbourDistances } from "./mapGrid";
export { moveUnits, takeUnitSums, trainMapOnline } from "./mapTraining";
