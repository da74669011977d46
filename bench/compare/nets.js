// The networks of the comparison, with their data and first weights: the same numbers for every contestant.

/** Networks by name: sizes, what follows each layer, and the loss. */
export const NETS = {
  digits: net(784, [25, 15, 10], "softmax"),
  diabetes: net(8, [16, 8, 1], "sigmoid"),
  iris: net(4, [10, 3], "softmax"),
  wide: net(784, [512, 512, 10], "softmax"),
  wideNormalized: net(784, [512, 512, 10], "softmax", true),
  sequence: sequenceNet(50, 32, 64, 10),
  lenet: withConvolutions(
    [28, 28, 1],
    [
      { filters: 6, size: 5, padding: "same" },
      { filters: 16, size: 5, padding: "valid" },
    ],
    [120, 84, 10],
  ),
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
  return { inputs, inputShape: [inputs], outputs: sizes.at(-1), convolutions: [], layers };
}

/**
 * Images [height, width, channels] through convolutions with relu, each with a max pool of 2 x 2 behind it, then dense
 * layers. What comes out of the last pool has the shape `pooled`.
 */
function withConvolutions(image, convolutions, sizes) {
  let [height, width, channels] = image;
  const described = convolutions.map(({ filters, size, padding }) => {
    const lost = padding === "same" ? 0 : size - 1;
    [height, width] = [height, width].map((length) => Math.floor((length - lost) / 2));
    const from = channels;
    channels = filters;
    return { filters, size, padding, channels: from };
  });
  const pooled = [height, width, channels];
  const product = (shape) => shape.reduce((all, length) => all * length, 1);
  return {
    ...net(product(pooled), sizes, "softmax"),
    inputs: product(image),
    inputShape: image,
    convolutions: described,
    pooled,
  };
}

/** An LSTM on so many time steps, whose last state goes into a dense softmax. `steps` marks its layer. */
function sequenceNet(steps, features, units, outputs) {
  const dense = net(units, [outputs], "softmax").layers;
  const lstm = { inputs: features, units, steps, activation: "tanh", normalized: false };
  return {
    inputs: steps * features,
    inputShape: [steps, features],
    outputs,
    convolutions: [],
    layers: [lstm, ...dense],
  };
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

const GATES = 4;

/** Of an LSTM: kernels with the gates i, f, c and o side by side, as Keras has them; the bias is 1 for f, else 0. */
function lstmWeights({ inputs, units }, seed) {
  const columns = GATES * units;
  return {
    kernel: values(inputs * columns, seed, 2 * Math.sqrt(6 / (inputs + columns))),
    shape: [inputs, columns],
    recurrent: values(units * columns, seed + 100, 2 * Math.sqrt(3 / units)),
    recurrentShape: [units, columns],
    bias: new Float32Array(columns).fill(1, units, 2 * units),
  };
}

/** A kernel of this shape, as Glorot and Bengio advise, and a bias of zeros. */
function kernelWeights(shape, seed) {
  const [from, to] = shape.slice(-2);
  const window = shape.slice(0, -2).reduce((all, length) => all * length, 1);
  const width = 2 * Math.sqrt(6 / (window * (from + to)));
  return { kernel: values(window * from * to, seed, width), shape, bias: new Float32Array(to) };
}

/** For each convolution its kernel [size, size, channels, filters], for each layer its kernel [inputs, units], and biases. */
export function weightsOf({ convolutions, layers }) {
  return [...convolutions, ...layers].map((layer, i) => {
    const { size, channels, filters, inputs, units, steps } = layer;
    if (steps !== undefined) return lstmWeights(layer, 11 + i);
    return kernelWeights(size === undefined ? [inputs, units] : [size, size, channels, filters], 11 + i);
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
