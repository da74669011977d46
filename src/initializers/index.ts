import { makeNamed } from "../registry.js";
import type { PartSpec } from "../registry.js";
import { Constant } from "./constants.js";
import type { ConstantOptions } from "./constants.js";
import { CustomInitializer } from "./custom.js";
import { Identity } from "./identity.js";
import type { IdentityOptions } from "./identity.js";
import { Initializer } from "./initializer.js";
import type { RandomOptions } from "./initializer.js";
import { Orthogonal } from "./orthogonal.js";
import type { OrthogonalOptions } from "./orthogonal.js";
import { RandomNormal, RandomUniform } from "./random.js";
import type { RandomNormalOptions, RandomUniformOptions } from "./random.js";
import { VarianceScaling } from "./varianceScaling.js";
import type { VarianceScalingOptions } from "./varianceScaling.js";

export { CustomInitializer, Initializer };
export type {
  ConstantOptions,
  IdentityOptions,
  OrthogonalOptions,
  RandomNormalOptions,
  RandomOptions,
  RandomUniformOptions,
  VarianceScalingOptions,
};

/** All zeros: the usual start of a bias. */
export const zeros = (options: Record<never, never> = {}): Initializer => new Constant("zeros", options, 0);

/** All ones. */
export const ones = (options: Record<never, never> = {}): Initializer => new Constant("ones", options, 1);

/** One value everywhere; default 0. */
export const constant = (options: ConstantOptions = {}): Initializer =>
  new Constant("constant", options, options.value ?? 0);

/** The identity matrix times `gain`, default 1, for weights of two axes. */
export const identity = (options: IdentityOptions = {}): Initializer => new Identity(options);

/** Uniform on [minval, maxval]; default [-0.05, 0.05], as in Keras. */
export const randomUniform = (options: RandomUniformOptions = {}): Initializer => new RandomUniform(options);

/** Normal; default mean 0, standard deviation 0.05, as in Keras. */
export const randomNormal = (options: RandomNormalOptions = {}): Initializer =>
  new RandomNormal("randomNormal", options);

/** Normal, drawn again beyond two standard deviations; default mean 0, stddev 0.05, as in Keras. */
export const truncatedNormal = (options: RandomNormalOptions = {}): Initializer =>
  new RandomNormal("truncatedNormal", options);

/** Variance scale / fan; default scale 1, fan in, truncated normal, as in Keras. */
export const varianceScaling = (options: VarianceScalingOptions = {}): Initializer =>
  new VarianceScaling("varianceScaling", options);

/** Uniform, variance 2 / (fanIn + fanOut) (Glorot and Bengio 2010, eq. 16). The default of dense kernels. */
export const glorotUniform = (options: RandomOptions = {}): Initializer =>
  new VarianceScaling("glorotUniform", options, { scale: 1, mode: "fanAvg", distribution: "uniform" });

/** Truncated normal, variance 2 / (fanIn + fanOut) (Glorot and Bengio 2010). */
export const glorotNormal = (options: RandomOptions = {}): Initializer =>
  new VarianceScaling("glorotNormal", options, { scale: 1, mode: "fanAvg", distribution: "truncatedNormal" });

/** Uniform, variance 2 / fanIn, for ReLU layers (He et al. 2015, eq. 10). */
export const heUniform = (options: RandomOptions = {}): Initializer =>
  new VarianceScaling("heUniform", options, { scale: 2, mode: "fanIn", distribution: "uniform" });

/** Truncated normal, variance 2 / fanIn, for ReLU layers (He et al. 2015, eq. 10). */
export const heNormal = (options: RandomOptions = {}): Initializer =>
  new VarianceScaling("heNormal", options, { scale: 2, mode: "fanIn", distribution: "truncatedNormal" });

/** Uniform, variance 1 / fanIn, for SELU layers (LeCun et al. 1998; Klambauer et al. 2017). */
export const lecunUniform = (options: RandomOptions = {}): Initializer =>
  new VarianceScaling("lecunUniform", options, { scale: 1, mode: "fanIn", distribution: "uniform" });

/** Truncated normal, variance 1 / fanIn, for SELU layers (LeCun et al. 1998; Klambauer et al. 2017). */
export const lecunNormal = (options: RandomOptions = {}): Initializer =>
  new VarianceScaling("lecunNormal", options, { scale: 1, mode: "fanIn", distribution: "truncatedNormal" });

/** A random orthogonal matrix times `gain`, default 1 (Saxe et al. 2014). */
export const orthogonal = (options: OrthogonalOptions = {}): Initializer => new Orthogonal(options);

const factories = {
  zeros,
  ones,
  constant,
  identity,
  randomUniform,
  randomNormal,
  truncatedNormal,
  varianceScaling,
  glorotUniform,
  glorotNormal,
  heUniform,
  heNormal,
  lecunUniform,
  lecunNormal,
  orthogonal,
};

/** Keras's aliases, and its names of classes. */
const aliases = {
  zero: "zeros",
  one: "ones",
  uniform: "randomUniform",
  normal: "randomNormal",
  IdentityInitializer: "identity",
  OrthogonalInitializer: "orthogonal",
  Zeros: "zeros",
  Ones: "ones",
  Constant: "constant",
  Identity: "identity",
  RandomUniform: "randomUniform",
  RandomNormal: "randomNormal",
  TruncatedNormal: "truncatedNormal",
  VarianceScaling: "varianceScaling",
  GlorotUniform: "glorotUniform",
  GlorotNormal: "glorotNormal",
  HeUniform: "heUniform",
  HeNormal: "heNormal",
  LecunUniform: "lecunUniform",
  LecunNormal: "lecunNormal",
  Orthogonal: "orthogonal",
} as const;

/** An initializer, its name, or an object with its name and options. */
export type InitializerSpec = Initializer | PartSpec<typeof factories, typeof aliases>;

/** The names of the initializers, in camelCase or Keras's snake_case, and their aliases. */
export type InitializerName = Extract<InitializerSpec, string>;

/** @internal */
export function toInitializer(option: string, spec: InitializerSpec): Initializer {
  return spec instanceof Initializer
    ? spec
    : makeNamed<Initializer>(option, spec, factories, Initializer, aliases);
}
