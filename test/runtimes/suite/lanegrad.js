// Lanegrad as the modules of the suite import it: the namespace of the entry that is tested, which `runSuite` is given.

export let LanegradError, activations, backend, callbacks, configure, initializers, input, layers, loadModel, loadModelWith, losses, matMul, model, modelFromJSON, optimizers, ready, schedules, sequential, setRandomSeed; // prettier-ignore

/** Sets what the suite tests. */
export function setLanegrad(namespace) {
  ({
    LanegradError,
    activations,
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
  } = namespace);
}
