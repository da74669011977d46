// Whether a contestant did the same work. A time counts only if it did.

/** TensorFlow.js adds Adam's epsilon at another place, so its curve differs a little. */
const CURVE_TOLERANCE = 0.02;
const OUTPUT_TOLERANCE = 1e-4;

function curvesAgree(losses, reference) {
  return (
    losses.length === reference.length &&
    losses.every((loss, i) => Math.abs(loss - reference[i]) <= CURVE_TOLERANCE * Math.abs(reference[i]))
  );
}

function outputsAgree(outputs, reference) {
  return (
    outputs.length === reference.length &&
    outputs.every(
      (value, i) => Math.abs(value - reference[i]) <= OUTPUT_TOLERANCE * Math.max(1, Math.abs(reference[i])),
    )
  );
}

/** Ten probabilities: the weights of a cold start are each contestant's own. */
const isDistribution = (outputs) =>
  outputs.length === 10 && Math.abs(outputs.reduce((sum, value) => sum + value, 0) - 1) <= OUTPUT_TOLERANCE;

/** What is wrong with the work of a contestant, or undefined. The first contestant is the reference. */
function fault(job, { contestant, losses, outputs }, reference) {
  if (job.fresh === "cold") return isDistribution(outputs) ? undefined : "predicts no probabilities";
  if (outputs !== undefined) {
    // Networks of small JavaScript libraries cannot be given these weights, or have two outputs for one.
    if (contestant.otherOptimizer && job.net.outputs === 1) return undefined;
    return outputsAgree(outputs, reference.outputs) ? undefined : "its outputs differ";
  }
  if (contestant.otherOptimizer) return losses.at(-1) < losses[0] ? undefined : "its loss does not fall";
  return curvesAgree(losses, reference.losses) ? undefined : "its loss curve differs";
}

/** The faults of a measured job, as sentences. */
export function faultsOf({ job, results }) {
  return results.flatMap((result) => {
    const what = fault(job, result, results[0]);
    return what === undefined ? [] : [`${job.title}: ${result.contestant.name} did other work: ${what}`];
  });
}
