// A harness of a few lines, since no assertion library runs everywhere.

/** Throws unless it holds. */
export function holds(condition, what) {
  if (!condition) throw new Error(what);
}

/** Throws unless two values have the same JSON, which has all bits of a number. */
export function same(actual, expected, what) {
  const [got, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  holds(got === wanted, `${what}: expected ${shortened(wanted)}, received ${shortened(got)}`);
}

/** Throws unless two numbers, or all numbers of two lists, are within `tolerance`; NaN never is. */
export function close(actual, expected, tolerance, what) {
  const [got, wanted] = [[actual].flat(Infinity), [expected].flat(Infinity)];
  holds(got.length === wanted.length, `${what}: expected ${wanted.length} numbers, received ${got.length}`);
  for (const [i, number] of got.entries()) {
    const isClose = Math.abs(number - wanted[i]) <= tolerance;
    holds(isClose, `${what}, number ${i}: expected ${wanted[i]} within ${tolerance}, received ${number}`);
  }
}

/** Throws unless `call` fails, at once or by its promise, with an error of that class and code that says that. */
export async function fails(call, { of, code, says }, what) {
  let error;
  try {
    await call();
  } catch (thrown) {
    error = thrown;
  }
  holds(error !== undefined, `${what}: expected ${code}, and no error came`);
  holds(error instanceof of && error instanceof Error, `${what}: expected a ${of.name}, received ${error}`);
  same(error.code, code, `${what}: the code of "${error.message}"`);
  holds(says.test(error.message), `${what}: expected a message with ${says}, received "${error.message}"`);
}

function shortened(text) {
  return text !== undefined && text.length > 200 ? `${text.slice(0, 200)}...` : text;
}

/** Runs tests one after the other, whatever becomes of each: { name, milliseconds, error } for each. */
export async function runAll(tests, beforeEach) {
  const results = [];
  for (const [name, test] of Object.entries(tests)) {
    const start = performance.now();
    let error;
    try {
      beforeEach();
      await test();
    } catch (thrown) {
      error = String(thrown?.stack ?? thrown);
      if (!error.includes(String(thrown?.message ?? ""))) error = `${thrown.message}\n${error}`;
    }
    results.push({ name, milliseconds: Math.round(performance.now() - start), error });
  }
  return results;
}
