// Lanegrad as the modules of the suite import it: the namespace of the entry that is tested, which `runSuite` is given.

export let LanegradError, RestrictedBoltzmannMachine, activations, backend, callbacks, configure, initializers, input, layers, loadModel, loadModelWith, losses, matMul, model, modelFromJSON, optimizers, rbm, ready, schedules, selfOrganizingMap, sequential, setRandomSeed, tensor; // prettier-ignore

/** Sets what the suite tests. */
export function setLanegrad(namespace) {
  ({
    LanegradError,
    RestrictedBoltzmannMachine,
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
    rbm,
    ready,
    schedules,
    selfOrganizingMap,
    sequential,
    setRandomSeed,
    tensor,
  } = namespace);
}
