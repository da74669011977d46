// Principal components: the best that a linear map to a code and a linear map back can do.
import { initializers, matMul, tensor } from "lanegrad";

const ROUNDS = 12;

/**
 * Rows put together again from their first principal components, which subspace iteration finds (Halko et al. 2011):
 * a random subspace, multiplied by the covariance again and again, turns towards the directions of most variance.
 *
 * @param {Float32Array} train rows whose components are sought
 * @param {Float32Array} test rows to be put together again
 * @param {{ columns: number, count: number, seed: number }} options values in a row, and how many components
 * @returns {Float32Array} test as `count` numbers a row can tell it
 */
export function reconstructFromComponents(train, test, { columns, count, seed }) {
  const mean = columnMeans(train, columns);
  const centred = (values) =>
    tensor(
      values.map((value, i) => value - mean[i % columns]),
      [values.length / columns, columns],
    );
  const x = centred(train);
  let components = orthonormal(initializers.randomNormal({ seed }).sample([columns, count]));
  for (let round = 0; round < ROUNDS; round++) {
    components = orthonormal(matMul(x, matMul(x, components), { transposeA: true }));
  }
  const code = matMul(centred(test), components);
  return matMul(code, components, { transposeB: true }).data.map((value, i) => value + mean[i % columns]);
}

/** The mean of each column. */
export function columnMeans(values, columns) {
  const mean = new Float64Array(columns);
  for (let i = 0; i < values.length; i++) mean[i % columns] += values[i];
  return mean.map((sum) => (sum * columns) / values.length);
}

/** The columns of a matrix made orthogonal and of length 1 (Gram and Schmidt), in place. */
function orthonormal(matrix) {
  const [rows, columns] = matrix.shape;
  const { data } = matrix;
  const product = (a, b) => {
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += data[i * columns + a] * data[i * columns + b];
    return sum;
  };
  for (let column = 0; column < columns; column++) {
    for (let other = 0; other < column; other++) {
      const share = product(column, other);
      for (let i = 0; i < rows; i++) data[i * columns + column] -= share * data[i * columns + other];
    }
    const length = Math.sqrt(product(column, column));
    for (let i = 0; i < rows; i++) data[i * columns + column] /= length;
  }
  return matrix;
}
