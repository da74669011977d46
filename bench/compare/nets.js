// The networks of the comparison, with their data and first weights: the same numbers for every contestant.

/** Networks by name: sizes, what follows each dense layer, and the loss. */
export const NETS = {
  digits: net(784, [25, 15, 10], "softmax"),
  diabetes: net(8, [16, 8, 1], "sigmoid"),
  iris: net(4, [10, 3], "softmax"),
  wide: net(784, [512, 512, 10], "softmax"),
  wideNormalized: net(784, [512, 512, 10], "softmax", true),
};

/** Dense layers of these sizes; with `normalized`, batch normalisation takes the place of hidden biases. */
function net(inputs, sizes, last, normalized = false) {
  const layers = sizes.map((units, i) => {
    const isLast = i === sizes.length - 1;
    return {
      inputs: i === 0 ? inputs : sizes[i - 1],
      units,
      activation: isLast ? last : "relu",
      normalized: normalized && !isLast,
    };
  });
  return { inputs, outputs: sizes.at(-1), layers };
}

/** Pseudo-random values in [-width / 2, width / 2), the same in every process. */
export function values(count, seed, width = 1) {
  const made = new Float32Array(count);
  let state = seed;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    made[i] = (state / 2 ** 32 - 0.5) * width;
  }
  return made;
}

/** Rows x [rows, inputs], the class of each, and the same as targets y [rows, outputs]. */
export function dataOf({ inputs, outputs }, rows) {
  const classes = Math.max(2, outputs);
  const x = values(rows * inputs, 7);
  const labels = Int32Array.from({ length: rows }, (_, i) => Math.floor((x[i * inputs] + 0.5) * classes));
  if (outputs === 1) return { x, labels, y: Float32Array.from(labels) };
  const y = new Float32Array(rows * outputs);
  labels.forEach((label, i) => (y[i * outputs + label] = 1));
  return { x, labels, y };
}

/** For each layer its kernel [inputs, units], as Glorot and Bengio advise, and a bias of zeros. */
export function weightsOf({ layers }) {
  return layers.map(({ inputs, units }, i) => {
    const width = 2 * Math.sqrt(6 / (inputs + units));
    return {
      kernel: values(inputs * units, 11 + i, width),
      bias: new Float32Array(units),
    };
  });
}

/** The operands of a product, and where the transposed ones are turned round in memory. */
export function operandsOf({ m, n, k, transposeA, transposeB }) {
  return {
    a: values(m * k, 3),
    b: values(k * n, 5),
    aShape: transposeA ? [k, m] : [m, k],
    bShape: transposeB ? [n, k] : [k, n],
  };
}

/** How many elements of an output are compared. */
const SAMPLES = 256;

/** Elements spread evenly over an output, few enough to be handed on. */
export function sample(output) {
  const step = Math.max(1, Math.floor(output.length / SAMPLES));
  return Array.from({ length: Math.min(output.length, SAMPLES) }, (_, i) => output[i * step]);
}
