/**
 * Elementary functions on one float64: for schedules, bias corrections and initializers, where the
 * host's own functions differ in the last bit between engines. No relaxed instruction is used, so
 * both builds give the same bits on every engine.
 *
 * The polynomials are those of fdlibm (Sun Microsystems, 1993: e_exp.c, e_log.c, k_sin.c, k_cos.c,
 * e_rem_pio2.c).
 */

/** ln 2 in two parts: the first has 32 significant bits, so its product with an exponent is exact. */
// @ts-ignore: decorator
@inline const LN2_HIGH: f64 = 6.93147180369123816490e-1;
// @ts-ignore: decorator
@inline const LN2_LOW: f64 = 1.90821492927058770002e-10;
// @ts-ignore: decorator
@inline const LOG2_E: f64 = 1.44269504088896338700;

// @ts-ignore: decorator
@inline const EXPONENT_BIAS: i64 = 1023;
// @ts-ignore: decorator
@inline const MANTISSA_BITS: i64 = 52;

/** The bits of sqrt(1/2), and 2^54, which makes subnormal numbers normal. */
// @ts-ignore: decorator
@inline const SQRT_HALF_BITS: i64 = 0x3fe6a09e667f3bcd;
// @ts-ignore: decorator
@inline const SUBNORMAL_SCALE: f64 = 18014398509481984;
// @ts-ignore: decorator
@inline const SMALLEST_NORMAL: f64 = 2.2250738585072014e-308;

/** pi/2 in three parts of 33 bits, and the rest. */
// @ts-ignore: decorator
@inline const HALF_PI_1: f64 = 1.57079632673412561417;
// @ts-ignore: decorator
@inline const HALF_PI_2: f64 = 6.07710050630396597660e-11;
// @ts-ignore: decorator
@inline const HALF_PI_3: f64 = 2.02226624871116645580e-21;
// @ts-ignore: decorator
@inline const HALF_PI_REST: f64 = 8.47842766036889956997e-32;
// @ts-ignore: decorator
@inline const TWO_OVER_PI: f64 = 6.36619772367581382433e-1;

/** 2^20: the products of larger multiples with the parts of pi/2 would no longer be exact. */
// @ts-ignore: decorator
@inline const LARGEST_ANGLE: f64 = 1048576;

/** Dekker's constant, 2^27 + 1: splits a float64 into two halves whose products are exact. */
// @ts-ignore: decorator
@inline const SPLITTER: f64 = 134217729;

/** Results of integer powers beyond 2^±900 leave no room for the low halves of products. */
// @ts-ignore: decorator
@inline const EXACT_POWER_RANGE: f64 = 900;

/** 2^n for n from -1022 to 1023. */
// @ts-ignore: decorator
@inline function powerOfTwo(n: i64): f64 {
  return reinterpret<f64>((n + EXPONENT_BIAS) << MANTISSA_BITS);
}

/** e^x, within 1 ulp. */
export function exp64(x: f64): f64 {
  if (x > 709.8) return Infinity;
  if (x < -745.2) return 0;
  if (x != x) return x;
  const n = nearest(x * LOG2_E);
  const high = x - n * LN2_HIGH;
  const low = n * LN2_LOW;
  const r = high - low;
  const square = r * r;
  let p = 4.13813679705723846039e-8 * square - 1.65339022054652515390e-6;
  p = p * square + 6.61375632143793436117e-5;
  p = p * square - 2.77777777770155933842e-3;
  p = p * square + 1.66666666666666019037e-1;
  const c = r - square * p;
  const fraction = 1 - (low - (r * c) / (2 - c) - high);
  const half = <i64>n >> 1;
  return fraction * powerOfTwo(half) * powerOfTwo(<i64>n - half);
}

/** ln x, within 1 ulp. NaN below 0, -Infinity at 0. */
export function log64(x: f64): f64 {
  if (!(x > 0)) return x == 0 ? -Infinity : NaN;
  if (x == Infinity) return x;
  const subnormal = x < SMALLEST_NORMAL;
  const bits = reinterpret<i64>(subnormal ? x * SUBNORMAL_SCALE : x);
  const exponent = (bits - SQRT_HALF_BITS) >> MANTISSA_BITS;
  const f = reinterpret<f64>(bits - (exponent << MANTISSA_BITS)) - 1;
  const e = <f64>exponent - (subnormal ? 54.0 : 0.0);
  const s = f / (2 + f);
  const z = s * s;
  let p = 1.479819860511658591e-1 * z + 1.531383769920937332e-1;
  p = p * z + 1.818357216161805012e-1;
  p = p * z + 2.222219843214978396e-1;
  p = p * z + 2.857142874366239149e-1;
  p = p * z + 3.999999999940941908e-1;
  p = p * z + 6.666666666666735130e-1;
  const halfSquare = 0.5 * f * f;
  return e * LN2_HIGH - (halfSquare - (s * (halfSquare + p * z) + e * LN2_LOW) - f);
}

/**
 * x^y as in JavaScript (1^NaN and 1^Infinity are NaN). Whole y below 2^31 in magnitude: by squaring in
 * twice the precision, within 1 ulp while the result is within 2^±900. Otherwise e^(y ln x), within
 * 2 + 2 |y ln x| ulp.
 */
export function pow64(x: f64, y: f64): f64 {
  if (y == 0) return 1;
  const base = abs(x);
  if (y != y || (base == 1 && abs(y) == Infinity)) return NaN;
  const whole = y == trunc(y);
  const odd = whole && abs(y) < 9007199254740992 && (<i64>y & 1) == 1;
  if (x < 0 && !whole) return x == -Infinity ? powOfLimits(base, y) : NaN;
  const sign: f64 = odd ? copysign<f64>(1, x) : 1;
  if (base == 0 || base == Infinity) return sign * powOfLimits(base, y);
  const exponent = y * log64(base);
  if (whole && abs(y) < 2147483648 && abs(exponent * LOG2_E) < EXACT_POWER_RANGE) {
    const power = powWhole(base, <i32>abs(y));
    return sign * (y < 0 ? 1 / power : power);
  }
  return sign * exp64(exponent);
}

/** 0^y and Infinity^y, for y other than 0. */
// @ts-ignore: decorator
@inline function powOfLimits(base: f64, y: f64): f64 {
  return (base == 0) == y > 0 ? 0 : Infinity;
}

/** The rounding error of the product a b: product + error is a b exactly (Dekker 1971). */
// @ts-ignore: decorator
@inline function productError(a: f64, b: f64, product: f64): f64 {
  const splitA = a * SPLITTER;
  const highA = splitA - (splitA - a);
  const lowA = a - highA;
  const splitB = b * SPLITTER;
  const highB = splitB - (splitB - b);
  const lowB = b - highB;
  return highA * highB - product + highA * lowB + lowA * highB + lowA * lowB;
}

/** x^n by repeated squaring, every intermediate number as an unevaluated sum of two. */
function powWhole(x: f64, n: i32): f64 {
  let power: f64 = 1;
  let powerLow: f64 = 0;
  let square = x;
  let squareLow: f64 = 0;
  while (true) {
    if (n & 1) {
      const product = power * square;
      powerLow = productError(power, square, product) + (power * squareLow + powerLow * square);
      power = product + powerLow;
      powerLow += product - power;
    }
    n >>= 1;
    if (n == 0) return power;
    const product = square * square;
    squareLow = productError(square, square, product) + 2 * (square * squareLow);
    square = product + squareLow;
    squareLow += product - square;
  }
}

/** sin x, within 1 ulp for |x| up to 2^20. NaN beyond: what is left of the angle is not known well. */
export function sin64(x: f64): f64 {
  return sineOfQuadrant(x, 0);
}

/** cos x, within 1 ulp for |x| up to 2^20. NaN beyond: what is left of the angle is not known well. */
export function cos64(x: f64): f64 {
  return sineOfQuadrant(x, 1);
}

/** sin(x + quarterTurns * pi/2). */
function sineOfQuadrant(x: f64, quarterTurns: i32): f64 {
  if (!(abs(x) <= LARGEST_ANGLE)) return NaN;
  const n = nearest(x * TWO_OVER_PI);
  // The first two differences are exact where it matters; what the third loses is kept in `low`.
  const first = x - n * HALF_PI_1;
  const part2 = n * HALF_PI_2;
  const second = first - part2;
  const lost2 = first - second - part2;
  const rest = n * HALF_PI_3 - lost2 + n * HALF_PI_REST;
  const high = second - rest;
  const low = second - high - rest;
  const quadrant = <i32>n + quarterTurns;
  const value = quadrant & 1 ? cosineNearZero(high, low) : sineNearZero(high, low);
  return quadrant & 2 ? -value : value;
}

/** sin(x + low) for |x| up to pi/4. */
// @ts-ignore: decorator
@inline function sineNearZero(x: f64, low: f64): f64 {
  const z = x * x;
  let p = 1.58969099521155010221e-10 * z - 2.50507602534068634195e-8;
  p = p * z + 2.75573137070700676789e-6;
  p = p * z - 1.98412698298579493134e-4;
  p = p * z + 8.33333333332248946124e-3;
  const cube = z * x;
  return x - (z * (0.5 * low - cube * p) - low + cube * 1.66666666666666324348e-1);
}

/** cos(x + low) for |x| up to pi/4. */
// @ts-ignore: decorator
@inline function cosineNearZero(x: f64, low: f64): f64 {
  const z = x * x;
  let p = -1.13596475577881948265e-11 * z + 2.08757232129817482790e-9;
  p = p * z - 2.75573143513906633035e-7;
  p = p * z + 2.48015872894767294178e-5;
  p = p * z - 1.38888888888741095749e-3;
  p = p * z + 4.16666666666666019037e-2;
  const half = 0.5 * z;
  const w = 1 - half;
  return w + (1 - w - half + (z * z * p - x * low));
}
