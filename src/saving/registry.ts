// Classes that users wrote, by the names under which saved models mention them.
import { LanegradError, show } from "../errors.js";

/** Any class: a layer, a loss, a metric, an activation, an initializer, a callback ... */
export type RegisteredClass = abstract new (...args: never[]) => unknown;

const classes = new Map<string, RegisteredClass>();
const names = new Map<RegisteredClass, string>();

/** The layers and models that files mention without registration. */
const builtIn: readonly string[] = [
  "Activation",
  "ActivityRegularization",
  "Add",
  "AlphaDropout",
  "Average",
  "AveragePooling1D",
  "AveragePooling2D",
  "BatchNormalization",
  "Bidirectional",
  "Concatenate",
  "Conv1D",
  "Conv1DTranspose",
  "Conv2D",
  "Conv2DTranspose",
  "Cropping1D",
  "Cropping2D",
  "Dense",
  "DepthwiseConv1D",
  "DepthwiseConv2D",
  "Dot",
  "Dropout",
  "ELU",
  "Embedding",
  "Flatten",
  "Functional",
  "GRU",
  "GaussianDropout",
  "GaussianNoise",
  "GlobalAveragePooling1D",
  "GlobalAveragePooling2D",
  "GlobalMaxPooling1D",
  "GlobalMaxPooling2D",
  "GroupNormalization",
  "Identity",
  "InputLayer",
  "LSTM",
  "LayerNormalization",
  "LeakyReLU",
  "Masking",
  "MaxPooling1D",
  "MaxPooling2D",
  "Maximum",
  "Maxout",
  "Minimum",
  "MultiHeadAttention",
  "Multiply",
  "Normalization",
  "PReLU",
  "Perceptron",
  "Permute",
  "RMSNormalization",
  "RandomBrightness",
  "RandomContrast",
  "RandomFlip",
  "RandomRotation",
  "RandomTranslation",
  "RandomZoom",
  "ReLU",
  "RepeatVector",
  "Rescaling",
  "Reshape",
  "Resizing",
  "SeparableConv1D",
  "SeparableConv2D",
  "Sequential",
  "SimpleRNN",
  "Softmax",
  "SpatialDropout1D",
  "SpatialDropout2D",
  "Subtract",
  "TimeDistributed",
  "UnitNormalization",
  "UpSampling1D",
  "UpSampling2D",
  "ZeroPadding1D",
  "ZeroPadding2D",
];

/**
 * Gives a class of one's own the name under which saved models mention it, so that a model with it can be
 * saved and loaded. Must be called in the program that loads, too, before it loads. The same class under the
 * same name again changes nothing.
 *
 * @param name not empty; any text
 * @param Class the class itself, not an instance
 * @throws LanegradError INVALID_OPTION if the name is empty or another class or a layer of Lanegrad has it, or if `Class` is not a
 * class or has another name already
 */
export function registerClass(name: string, Class: RegisteredClass): void {
  if (typeof name !== "string" || name === "") {
    throw new LanegradError(
      "INVALID_OPTION",
      `the name of a class must be a text that is not empty. Received: name=${show(name)}`,
    );
  }
  if (builtIn.includes(name)) {
    throw new LanegradError(
      "INVALID_OPTION",
      `the name ${show(name)} belongs to a layer of Lanegrad; put a prefix before it. Received: name=${show(name)}`,
    );
  }
  if (!isConstructor(Class)) {
    throw new LanegradError(
      "INVALID_OPTION",
      `what is registered as ${show(name)} must be a class. Received: ${show(Class)}`,
    );
  }
  const other = classes.get(name);
  if (other !== undefined && other !== Class) {
    throw new LanegradError(
      "INVALID_OPTION",
      `the name ${show(name)} belongs to another class; each class needs a name of its own. Received: ${show(Class)}`,
    );
  }
  const earlierName = names.get(Class);
  if (earlierName !== undefined && earlierName !== name) {
    throw new LanegradError(
      "INVALID_OPTION",
      `a class must keep the name it is registered with, ${show(earlierName)}. Received: name=${show(name)}`,
    );
  }
  classes.set(name, Class);
  names.set(Class, name);
}

/** The class registered with this name; undefined if there is none. */
export function classNamed(name: string): RegisteredClass | undefined {
  return classes.get(name);
}

/** The name that a class is registered with; undefined if it is not. A subclass needs a name of its own. */
export function nameOfClass(Class: RegisteredClass): string | undefined {
  return names.get(Class);
}

/** The name of a part's class: what it is registered with, else its own. */
export function nameOfPart(part: object): string {
  const Class = part.constructor as RegisteredClass & { readonly name: string };
  return nameOfClass(Class) ?? (Class.name || "custom");
}

/** Whether `new` works on a value, found out without running it: arrow functions and methods are none. */
function isConstructor(value: unknown): value is RegisteredClass {
  if (typeof value !== "function") return false;
  try {
    Reflect.construct(Object, [], value);
    return true;
  } catch {
    return false;
  }
}
