// Writes ONNX models: the few messages of its protobuf schema that dense networks and products need.
// Source: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto (field numbers).

const VARINT = 0;
const BYTES = 2;

const IR_VERSION = 8;
const OPSET = 13;
/** TensorProto.DataType.FLOAT and AttributeProto.AttributeType.INT. */
const FLOAT = 1;
const INT = 2;

function varint(value) {
  const bytes = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  bytes.push(value);
  return Buffer.from(bytes);
}

const number = (field, value) => Buffer.concat([varint((field << 3) | VARINT), varint(value)]);

function bytes(field, content) {
  const data = typeof content === "string" ? Buffer.from(content) : content;
  return Buffer.concat([varint((field << 3) | BYTES), varint(data.length), data]);
}

const message = (...fields) => Buffer.concat(fields.flat());

function valueInfo(name, shape) {
  const dimensions = shape.map((size) => bytes(1, number(1, size)));
  const tensorType = message(number(1, FLOAT), bytes(2, message(dimensions)));
  return message(bytes(1, name), bytes(2, bytes(1, tensorType)));
}

function tensor(name, shape, data) {
  return message(
    shape.map((size) => number(1, size)),
    number(2, FLOAT),
    bytes(8, name),
    bytes(9, Buffer.from(data.buffer, data.byteOffset, data.byteLength)),
  );
}

function node(operator, inputs, output, attributes = {}) {
  return message(
    inputs.map((name) => bytes(1, name)),
    bytes(2, output),
    bytes(4, operator),
    Object.entries(attributes).map(([name, value]) =>
      bytes(5, message(bytes(1, name), number(3, value), number(20, INT))),
    ),
  );
}

function model({ nodes, initializers, inputs, outputs }) {
  const graph = message(
    nodes.map((content) => bytes(1, content)),
    bytes(2, "graph"),
    initializers.map((content) => bytes(5, content)),
    inputs.map((content) => bytes(11, content)),
    outputs.map((content) => bytes(12, content)),
  );
  const opset = message(bytes(1, ""), number(2, OPSET));
  return message(number(1, IR_VERSION), bytes(7, graph), bytes(8, opset));
}

const OPERATORS = { relu: "Relu", softmax: "Softmax", sigmoid: "Sigmoid" };

/** A dense network from input "x" [rows, inputs] to output "y" [rows, outputs]. */
export function denseModel({ inputs, outputs, layers }, weights, rows) {
  const nodes = [];
  const initializers = [];
  layers.forEach(({ inputs: depth, units, activation }, i) => {
    const from = i === 0 ? "x" : `activated${i - 1}`;
    const to = i === layers.length - 1 ? "y" : `activated${i}`;
    initializers.push(tensor(`kernel${i}`, [depth, units], weights[i].kernel));
    initializers.push(tensor(`bias${i}`, [units], weights[i].bias));
    nodes.push(node("Gemm", [from, `kernel${i}`, `bias${i}`], `sums${i}`));
    nodes.push(node(OPERATORS[activation], [`sums${i}`], to));
  });
  return model({
    nodes,
    initializers,
    inputs: [valueInfo("x", [rows, inputs])],
    outputs: [valueInfo("y", [rows, outputs])],
  });
}

/** The product y of inputs "a" and "b"; MatMul cannot transpose, so Gemm stands in where one is. */
export function productModel({ m, n, transposeA, transposeB }, aShape, bShape) {
  const isTransposed = transposeA || transposeB;
  const attributes = { transA: Number(transposeA), transB: Number(transposeB) };
  return model({
    nodes: [isTransposed ? node("Gemm", ["a", "b"], "y", attributes) : node("MatMul", ["a", "b"], "y")],
    initializers: [],
    inputs: [valueInfo("a", aShape), valueInfo("b", bShape)],
    outputs: [valueInfo("y", [m, n])],
  });
}
