// The kernels whose speed is that of memory, and the traffic that each cannot do without: every tensor as
// large as the others read once for each pass the formula needs, and written once. What is updated counts
// twice. Batch normalisation needs two passes, since all rows take part in its statistics; rows that are
// normalised by themselves need one, with the row in the cache the second time. Vectors of one number for
// each row or column are left out.

/** Columns of what is a matrix: a layer of 512 units. */
const COLUMNS = 512;
/** An example of group normalisation: 1024 positions of 64 channels. */
const EXAMPLE = 65536;
/** Kinds of assembly/activationKinds.ts, activationRareKinds.ts and broadcast.ts. */
const ACTIVATIONS = { relu: 1, leakyRelu: 2, softsign: 9, hardSigmoid: 14, unitStep: 16 };
const RELU6 = 1;
const [ADD, , MULTIPLY, MAXIMUM] = [0, 1, 2, 3];
const ALL_AXES = 31;
const LAST_AXIS = 16;

/** "r" for a tensor that is read, "w" for one that is written, "u" for both; "rr" for one that is read twice. */
const trafficOf = (streams) => streams.join("").length + streams.join("").split("u").length - 1;

/**
 * @param streams one text for each tensor
 * @param run called with the kernels, the addresses of the tensors, their count of floats, and vectors.
 *   vectors.at(i) is the address of one of a number of vectors, vectors.order that of u32 row numbers, vectors.table that
 *   of a table of weights (assembly/optimizer.ts) of one row: the first two tensors, then the others
 * @param least the floats of one example: a count is a multiple of it
 */
const kernel = (name, streams, run, least = COLUMNS) => ({
  name,
  tensors: streams.length,
  traffic: trafficOf(streams),
  isReadOnly: /^r+$/.test(streams.join("")),
  run,
  least,
});

const elementwise = [
  kernel("copy", ["w", "r"], (k, [a, b], n) => k.copy(a, b, n)),
  kernel("fill", ["w"], (k, [a], n) => k.fill(a, n, 1)),
  kernel("addInPlace", ["u", "r"], (k, [a, b], n) => k.addInPlace(a, b, n)),
  kernel("blend", ["u", "r"], (k, [a, b], n) => k.blend(a, b, n, 0.5, 0.5)),
  kernel("swap", ["u", "u"], (k, [a, b], n) => k.swap(a, b, n)),
  kernel("scale", ["u"], (k, [a], n) => k.scale(a, n, 1)),
  kernel("clipByValue", ["u"], (k, [a], n) => k.clipByValue(a, n, 0.5)),
  kernel("regularize L1L2", ["r", "u"], (k, [a, b], n) => k.regularize(a, b, n, 1e-9, 1e-9)),
  kernel("add two tensors", ["r", "r", "w"], (k, [a, b, y], n) =>
    k.broadcastForward(ADD, a, b, y, 1, 1, 1, 1, n, ALL_AXES, ALL_AXES),
  ),
  kernel("multiply two tensors", ["r", "r", "w"], (k, [a, b, y], n) =>
    k.broadcastForward(MULTIPLY, a, b, y, 1, 1, 1, 1, n, ALL_AXES, ALL_AXES),
  ),
  kernel("multiply, gradient", ["r", "r", "w"], (k, [b, dY, dA], n) =>
    k.broadcastBackwardFirst(MULTIPLY, b, b, dY, dA, 1, 1, 1, 1, n, ALL_AXES, ALL_AXES),
  ),
  kernel("maximum, gradient", ["r", "r", "r", "w"], (k, [a, b, dY, dA], n) =>
    k.broadcastBackwardFirst(MAXIMUM, a, b, dY, dA, 1, 1, 1, 1, n, ALL_AXES, ALL_AXES),
  ),
  kernel("add a row to all", ["r", "w"], (k, [a, y], n, v) =>
    k.broadcastForward(ADD, a, v.at(0), y, 1, 1, 1, n / COLUMNS, COLUMNS, ALL_AXES, LAST_AXIS),
  ),
  kernel("add a row, its gradient", ["r"], (k, [dY], n, v) =>
    k.broadcastBackwardSecond(
      ADD,
      dY,
      v.at(0),
      dY,
      v.at(1),
      1,
      1,
      1,
      n / COLUMNS,
      COLUMNS,
      ALL_AXES,
      LAST_AXIS,
    ),
  ),
  kernel("scale and shift columns", ["r", "w"], (k, [x, y], n, v) =>
    k.scaleShift(x, v.at(0), v.at(1), v.at(2), y, n / COLUMNS, COLUMNS),
  ),
];

const activations = [
  ...Object.entries(ACTIVATIONS).map(([name, kind]) =>
    kernel(name, ["r", "w"], (k, [x, y], n) => k.activationForward(kind, x, y, n, 0.2)),
  ),
  ...Object.entries(ACTIVATIONS)
    .slice(0, -1)
    .map(([name, kind]) =>
      kernel(`${name}, gradient`, ["r", "r", "w"], (k, [s, dY, dX], n) =>
        k.activationBackward(kind, s, s, dY, dX, n, 0.2),
      ),
    ),
  kernel("relu6", ["r", "w"], (k, [x, y], n) => k.rareActivationForward(RELU6, x, y, n, 0, 0, 6)),
  kernel("relu6, gradient", ["r", "r", "w"], (k, [x, dY, dX], n) =>
    k.rareActivationBackward(RELU6, x, dY, dX, n, 0, 0, 6),
  ),
  kernel("softmax, gradient", ["r", "r", "w"], (k, [y, dY, dX], n) =>
    k.softmaxBackward(y, dY, dX, n / COLUMNS, COLUMNS),
  ),
];

const reductions = [
  kernel("sum", ["r"], (k, [a], n) => k.sum(a, n)),
  kernel("sum of squares", ["r"], (k, [a], n) => k.sumOfSquares(a, n)),
  kernel("squared difference", ["r", "r"], (k, [a, b], n) => k.squaredDifference(a, b, n)),
  kernel("first NaN", ["r"], (k, [a], n) => k.firstNaN(a, n)),
  kernel("largest of columns", ["r"], (k, [x], n, v) => k.columnAbsMax(x, v.at(0), n / COLUMNS, COLUMNS)),
  kernel("largest of columns so far", ["r"], (k, [x], n, v) =>
    k.columnAbsMaxInto(x, v.at(0), n / COLUMNS, COLUMNS),
  ),
  kernel("gather rows", ["r", "w"], (k, [x, y], n, v) => k.gatherRows(x, v.order, y, n / COLUMNS, COLUMNS)),
  kernel("gather rows of 32", ["r", "w"], (k, [x, y], n, v) => k.gatherRows(x, v.order, y, n / 32, 32)),
  kernel("concatenate 32 columns", ["r", "w"], (k, [x, y], n) => k.copyStrided(x, 32, y, 32, 32, n / 32)),
];

const normalizations = [
  kernel("batch norm", ["rr", "w"], (k, [x, y], n, v) =>
    k.batchNormForwardTraining(
      x,
      v.at(0),
      v.at(1),
      y,
      v.at(2),
      v.at(3),
      v.at(4),
      v.at(5),
      n / COLUMNS,
      COLUMNS,
      0.9,
      1e-3,
      v.at(6),
    ),
  ),
  kernel("batch norm, gradient", ["rr", "rr", "w"], (k, [x, dY, dX], n, v) =>
    k.batchNormBackwardTraining(
      x,
      dY,
      v.at(0),
      v.at(1),
      v.at(2),
      dX,
      v.at(3),
      v.at(4),
      n / COLUMNS,
      COLUMNS,
      v.at(6),
    ),
  ),
  kernel("batch norm, prediction", ["r", "w"], (k, [x, y], n, v) =>
    k.batchNormForwardInference(
      x,
      v.at(0),
      v.at(1),
      v.at(2),
      v.at(3),
      y,
      n / COLUMNS,
      COLUMNS,
      1e-3,
      v.at(6),
    ),
  ),
  kernel("layer norm", ["r", "w"], (k, [x, y], n, v) =>
    k.layerNormForward(x, v.at(0), v.at(1), y, v.long(0), v.long(1), n / COLUMNS, COLUMNS, 1e-3),
  ),
  kernel("layer norm, gradient", ["r", "r", "w"], (k, [x, dY, dX], n, v) =>
    k.layerNormBackward(
      x,
      dY,
      v.at(0),
      v.long(0),
      v.long(1),
      dX,
      v.at(1),
      v.at(2),
      n / COLUMNS,
      COLUMNS,
      v.at(6),
    ),
  ),
  kernel("rms norm", ["r", "w"], (k, [x, y], n, v) =>
    k.rmsNormForward(x, v.at(0), y, v.long(0), n / COLUMNS, COLUMNS, 1e-3),
  ),
  kernel("rms norm, gradient", ["r", "r", "w"], (k, [x, dY, dX], n, v) =>
    k.rmsNormBackward(x, dY, v.at(0), v.long(0), dX, v.at(1), n / COLUMNS, COLUMNS, v.at(6)),
  ),
  kernel(
    "group norm, 1024 positions",
    ["r", "w"],
    (k, [x, y], n, v) =>
      k.groupNormForward(x, v.at(0), v.at(1), y, v.long(0), v.long(1), n / 65536, 1024, 64, 8, 1e-3, v.at(6)),
    EXAMPLE,
  ),
  kernel(
    "group norm, gradient",
    ["r", "r", "w"],
    (k, [x, dY, dX], n, v) =>
      k.groupNormBackward(
        x,
        dY,
        v.at(0),
        v.long(0),
        v.long(1),
        dX,
        v.at(1),
        v.at(2),
        v.long(2),
        n / 65536,
        1024,
        64,
        8,
        v.at(6),
        v.at(7),
      ),
    EXAMPLE,
  ),
];

const optimizers = [
  kernel("sgd", ["u", "r"], (k, _, n, v) => k.sgd(v.table, 1, 1e-9, 0, 0)),
  kernel("sgd, momentum", ["u", "r", "u"], (k, _, n, v) => k.sgd(v.table, 1, 1e-9, 0.9, 0)),
  kernel("sgd, Nesterov", ["u", "r", "u"], (k, _, n, v) => k.sgd(v.table, 1, 1e-9, 0.9, 1)),
  kernel("adagrad", ["u", "r", "u"], (k, [w, g, a], n) => k.adagrad(w, g, a, n, 1e-9, 1e-7)),
  kernel("adadelta", ["u", "r", "u", "u"], (k, [w, g, a, b], n) =>
    k.adadelta(w, g, a, b, n, 1e-9, 0.05, 1e-7),
  ),
  kernel("rmsprop", ["u", "r", "u"], (k, _, n, v) => k.rmsprop(v.table, 1, 1e-9, 0.9, 0, 1e-7, 0)),
  kernel("rmsprop, centered, momentum", ["u", "r", "u", "u", "u"], (k, _, n, v) =>
    k.rmsprop(v.table, 1, 1e-9, 0.9, 0.9, 1e-7, 1),
  ),
  kernel("adam", ["u", "r", "u", "u"], (k, _, n, v) => k.adam(v.table, 1, 1e-9, 0.9, 0.999, 1e-7, 1e4, 0)),
  kernel("adam, amsgrad", ["u", "r", "u", "u", "u"], (k, _, n, v) =>
    k.adam(v.table, 1, 1e-9, 0.9, 0.999, 1e-7, 1e4, 1),
  ),
  kernel("adamax", ["u", "r", "u", "u"], (k, [w, g, a, b], n) =>
    k.adamax(w, g, a, b, n, 1e-9, 0.1, 0.999, 1e-7),
  ),
  kernel("nadam", ["u", "r", "u", "u"], (k, [w, g, a, b], n) =>
    k.nadam(w, g, a, b, n, 1e-9, 1e-9, 1, 0.1, 0.001, 1e-7),
  ),
  kernel("lion", ["u", "r", "u"], (k, [w, g, a], n) => k.lion(w, g, a, n, 1e-9, 0.1, 0.01)),
  kernel("lamb, direction", ["u", "u", "u"], (k, [g, a, b], n) =>
    k.lambDirection(g, a, b, n, 1, 1, 0.1, 0.001, 1e-7),
  ),
  kernel("schedule-free adamw", ["u", "r", "u", "u"], (k, [w, g, a, b], n) =>
    k.scheduleFreeAdamw(w, g, a, b, n, 1e-9, 1, 0.9, 0.001, 1e-7, 0.01),
  ),
  kernel("adafactor, matrix", ["ru"], (k, [g], n, v) =>
    k.adafactorFactored(g, v.long(0), v.at(0), 1, n / COLUMNS, COLUMNS, 0.5, 1e-30),
  ),
  kernel("adafactor, vector", ["u", "u"], (k, [g, a], n) => k.adafactorUnfactored(g, a, n, 0.5, 1e-30)),
  kernel("ftrl", ["u", "r", "u", "u"], (k, [w, g, a, b], n) => k.ftrl(w, g, a, b, n, 1, 0.5, 0, 0, 0)),
];

export const STREAM_KERNELS = [
  ...elementwise,
  ...activations,
  ...reductions,
  ...normalizations,
  ...optimizers,
];
