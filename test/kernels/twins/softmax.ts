// Softmax and log-softmax in float64, row by row.

type Numbers = ArrayLike<number>;

/** Maps each row of `columns` numbers with f(row values, row number). */
function mapRows(x: Numbers, columns: number, f: (row: number[], start: number) => number[]): Float64Array {
  const result = new Float64Array(x.length);
  for (let start = 0; start < x.length; start += columns)
    result.set(
      f(
        Array.from({ length: columns }, (_, i) => x[start + i]),
        start,
      ),
      start,
    );
  return result;
}

const total = (row: number[]): number => row.reduce((sum, value) => sum + value, 0);

export function softmaxTwin(x: Numbers, columns: number): Float64Array {
  return mapRows(x, columns, (row) => {
    const e = row.map((value) => Math.exp(value - Math.max(...row)));
    return e.map((value) => value / total(e));
  });
}

export function softmaxGradientTwin(y: Numbers, dY: Numbers, columns: number): Float64Array {
  return mapRows(y, columns, (row, start) => {
    const dot = total(row.map((value, i) => value * dY[start + i]));
    return row.map((value, i) => value * (dY[start + i] - dot));
  });
}

export function logSoftmaxTwin(x: Numbers, columns: number): Float64Array {
  return mapRows(x, columns, (row) => {
    const maximum = Math.max(...row);
    const first = row.indexOf(maximum);
    const rest = total(row.map((value, i) => (i === first ? 0 : Math.exp(value - maximum))));
    return row.map((value) => value - maximum - Math.log1p(rest));
  });
}

export function logSoftmaxGradientTwin(y: Numbers, dY: Numbers, columns: number): Float64Array {
  return mapRows(dY, columns, (row, start) =>
    row.map((value, i) => value - Math.exp(y[start + i]) * total(row)),
  );
}
