// The kernels of the module `unsupervised`: self-organizing maps and restricted Boltzmann machines.
import { data } from "#kernels/unsupervised";
import { KernelFamily } from "../family.js";
import { kernelsOf } from "../runtime.js";

/** `assembly/boltzmann.ts`. */
interface BoltzmannKernels {
  fireUnits(z: number, samples: number, count: number, key0: number, key1: number, step: number): void;
  sampleHidden(
    v: number,
    kernel: number,
    bias: number,
    p: number,
    samples: number,
    rows: number,
    visible: number,
    units: number,
    key0: number,
    key1: number,
    step: number,
    workspace: number,
  ): void;
  sampleVisible(
    h: number,
    kernel: number,
    bias: number,
    p: number,
    samples: number,
    rows: number,
    visible: number,
    units: number,
    key0: number,
    key1: number,
    step: number,
    workspace: number,
  ): void;
  contrastiveDivergence(
    v0: number,
    h0: number,
    v1: number,
    h1: number,
    direction: number,
    negative: number,
    rows: number,
    visible: number,
    units: number,
    workspace: number,
  ): void;
  climb(
    weights: number,
    velocity: number,
    direction: number,
    rate: number,
    decay: number,
    momentum: number,
    count: number,
  ): void;
  reconstructionDifference(a: number, b: number, count: number): number;
  freeEnergies(
    v: number,
    kernel: number,
    visibleBias: number,
    hiddenBias: number,
    z: number,
    energies: number,
    rows: number,
    visible: number,
    units: number,
    workspace: number,
  ): void;
}

/** `assembly/mapGrid.ts`. */
interface MapGridKernels {
  mapNeighbourhood(
    shares: number,
    rows: number,
    columns: number,
    isHexagonal: number,
    kind: number,
    radius: number,
  ): void;
  neighbourDistances(
    weights: number,
    means: number,
    rows: number,
    columns: number,
    isHexagonal: number,
    features: number,
  ): void;
}

/** `assembly/mapSearch.ts`. */
interface MapSearchKernels {
  matchingScratch(features: number, units: number): number;
  bestMatchingUnits(
    x: number,
    weights: number,
    best: number,
    second: number,
    rows: number,
    features: number,
    units: number,
    scratch: number,
    workspace: number,
  ): number;
  topographicErrors(best: number, second: number, rows: number, columns: number, isHexagonal: number): number;
  unitDistances(
    x: number,
    weights: number,
    distances: number,
    rows: number,
    features: number,
    units: number,
  ): void;
}

/** `assembly/mapTraining.ts`. */
interface MapTrainingKernels {
  takeUnitSums(x: number, best: number, sums: number, rows: number, features: number, units: number): void;
  moveUnits(
    weights: number,
    shares: number,
    sums: number,
    totals: number,
    features: number,
    units: number,
    workspace: number,
  ): void;
  trainMapOnline(
    x: number,
    order: number,
    weights: number,
    shares: number,
    rate: number,
    rows: number,
    features: number,
    units: number,
  ): number;
}

/**
 * The kernels of unsupervised networks as TypeScript sees them. Pointers are byte addresses in linear memory, counts
 * are elements; the formulas and shapes stand in the headers in `assembly/`.
 */
export interface UnsupervisedKernels
  extends BoltzmannKernels, MapGridKernels, MapSearchKernels, MapTrainingKernels {}

const family = /* @__PURE__ */ new KernelFamily<UnsupervisedKernels>(data);

/** The kernels of unsupervised networks, in the build in use. The first call compiles them. */
export function unsupervisedKernels(): UnsupervisedKernels {
  return kernelsOf(family);
}
