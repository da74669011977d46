// Lanegrad as the modules of the suite import it: the namespace of the entry that is tested, which `runSuite` is given.

export let LanegradError, backend, callbacks, configure, initializers, input, layers, loadModel, loadModelWith, losses, matMul, model, modelFromJSON, optimizers, ready, schedules, sequential, setRandomSeed, version; // prettier-ignore

/** Sets what the suite tests. */
export function setLanegrad(namespace) {
  ({
  LanegradError,
  backend,
  callbacks,
  configure,
  initializers,
  input,
  layers,
  loadModel,
  loadModelWith,
  losses,
  matMul,
  model,
  modelFromJSON,
  optimizers,
  ready,
  schedules,
  sequential,
  setRandomSeed,
  version,
  } = namespace);
}
