// Who takes part on a given Node, and how the process of each is started.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const PYTHONS = ["/usr/bin/python3", "python3"];
const RELAXED_FLAG = "--experimental-wasm-relaxed-simd";

/** The first Node whose engine has relaxed SIMD without a flag. */
const RELAXED_SINCE = 21;

/**
 * `peer`: its name in jobs and demands. `kind`: the build of its WebAssembly, where it has any.
 * `otherOptimizer`: its loss only has to fall.
 */
const ALL = [
  { name: "lanegrad plain", peer: "lanegrad", module: "lanegrad", setting: "simd", kind: "plain" },
  {
    name: "lanegrad relaxed",
    peer: "lanegrad",
    module: "lanegrad",
    setting: "relaxed-simd",
    kind: "relaxed",
  },
  { name: "tfjs wasm", peer: "tfjs wasm", module: "tensorflow", setting: "wasm", kind: "plain" },
  { name: "tfjs cpu", peer: "tfjs cpu", module: "tensorflow", setting: "cpu" },
  { name: "jax-js plain", peer: "jax-js", module: "jax", kind: "plain", choosesItself: true },
  { name: "jax-js relaxed", peer: "jax-js", module: "jax", kind: "relaxed" },
  { name: "convnetjs", peer: "convnetjs", module: "convnet", otherOptimizer: true },
  { name: "synaptic", peer: "synaptic", module: "synapticNet", otherOptimizer: true },
  { name: "NumPy", peer: "NumPy", python: "numpy_net", imports: "numpy" },
  { name: "PyTorch", peer: "PyTorch", python: "torch_net", imports: "torch" },
  { name: "ort web", peer: "ort web", module: "onnxruntime", setting: "web", kind: "plain" },
  { name: "ort node", peer: "ort node", module: "onnxruntime", setting: "node" },
];

/** The Python that has all these modules, or undefined. */
function pythonWith(module) {
  return PYTHONS.find((python) => spawnSync(python, ["-c", `import ${module}`]).status === 0);
}

function withCommand(contestant, node, needsFlag) {
  if (contestant.python !== undefined) {
    const python = pythonWith(`numpy, ${contestant.imports}`);
    const args = [here("python/contestant.py"), contestant.python];
    return { ...contestant, command: python, flags: [], args };
  }
  const flags = contestant.kind === "relaxed" && needsFlag ? [RELAXED_FLAG] : [];
  const { module, setting } = contestant;
  const args = [here("contestant.js"), module, setting ?? ""];
  return { ...contestant, command: node, flags, args };
}

/** The version of a Node, as "24.1.0". */
export function versionOf(node) {
  return spawnSync(node, ["-p", "process.versions.node"], { encoding: "utf8" }).stdout.trim();
}

/**
 * All contestants, with the command that starts each; the command is undefined for what is not here.
 * What takes relaxed SIMD by itself has no plain form where the engine has it without a flag.
 */
export function contestantsOn(node) {
  const isRelaxed = Number(versionOf(node).split(".")[0]) >= RELAXED_SINCE;
  return ALL.filter(({ choosesItself }) => !(choosesItself && isRelaxed)).map((contestant) =>
    withCommand(contestant, node, !isRelaxed),
  );
}

/** The build that Lanegrad takes by itself on this Node. */
export function usualKind(node) {
  return Number(versionOf(node).split(".")[0]) >= RELAXED_SINCE ? "relaxed" : "plain";
}

// Where these are set, Node reads certificates at its start: 40 ms that have nothing to do with a program.
const { NODE_EXTRA_CA_CERTS: _, ...environment } = process.env;

/** Every contestant computes on one thread. */
export const ENVIRONMENT = {
  ...environment,
  OPENBLAS_NUM_THREADS: "1",
  OMP_NUM_THREADS: "1",
  MKL_NUM_THREADS: "1",
};
