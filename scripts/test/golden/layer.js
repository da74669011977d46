// Runs one layer on its own, as a model of one.
import { sequential, tensor } from "lanegrad";

/** A model of one layer with the given weights; `make` gets the shape of a row. */
export function modelOf(make, x, weights = []) {
  const net = sequential({ layers: [make(x.shape.slice(1))] });
  if (weights.length > 0) net.setWeights(weights);
  return net;
}

/** The gradient of the weight with this name, out of what `vjp` returned. */
export function gradientOf(weights, name) {
  for (const [key, gradient] of weights) if (key.endsWith(`/${name}`)) return gradient;
  throw new Error(`no gradient of a weight ${name}; there are ${[...weights.keys()].join(", ")}`);
}

/**
 * The least and the greatest of the slopes just below and just above one position of x, taken from the
 * gradient that the library itself gives there. This is how slopes at a corner are judged.
 *
 * @param gradientAt the gradient (a typed array) at other values of x
 */
export function oneSidedSlopes(gradientAt, x, position) {
  const step = 2 ** -20 * Math.max(1, Math.abs(x.data[position]));
  const slopes = [-step, step].map((offset) => {
    const moved = Float32Array.from(x.data);
    moved[position] += offset;
    return gradientAt(tensor(moved, x.shape))[position];
  });
  return { least: Math.min(...slopes), greatest: Math.max(...slopes) };
}

/** Fails where a slope at a corner, got or expected, lies outside of the one-sided ones. */
export function compareAtCorners(testCase, name, got, gradientAt, x, corners) {
  for (const position of corners) {
    const { least, greatest } = oneSidedSlopes(gradientAt, x, position);
    const want = testCase.expected[name].values?.[position] ?? got[position];
    for (const slope of [got[position], Number(want)]) {
      const isBetween = slope >= least && slope <= greatest;
      const isSide = testCase.isNear(slope, least) || testCase.isNear(slope, greatest);
      testCase.expect(
        isBetween || isSide,
        `${name}[${position}] is ${slope}, not from ${least} to ${greatest}`,
      );
    }
  }
}
