// A bundle holds what its program names and the common parts, and says what to do about the rest.
import * as lanegrad from "lanegrad";
import { layers, loadModel, losses, metrics, optimizers, schedules, sequential } from "lanegrad";
import { expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { bundleOf, run, runCode } from "./bundle.js";

/** What dist/kernels/base64.js holds. */
type Kernels = Readonly<Record<string, { readonly simd: string }>>;

/** The program whose size the package promises. */
const program = (imports: string, parts: string): string => `
  import { sequential, setRandomSeed } from "lanegrad";
  ${imports}
  setRandomSeed(1);
  const net = sequential({
    layers: [
      dense({ units: 16, activation: "relu", inputShape: [4] }),
      batchNormalization(),
      dropout({ rate: 0.2 }),
      dense({ units: 3, activation: "softmax" }),
    ],
  });
  net.compile({ ${parts} });
  const y = Int32Array.from({ length: 90 }, (_, i) => i % 3);
  const x = Float32Array.from({ length: 360 }, (_, i) => ((i >> 2) % 3) - 1 + (i % 7) / 10);
  const { history } = await net.fit(x, y, { epochs: 60, seed: 1, verbose: 0 });
  const result = net.evaluate(x, y);
  console.log(JSON.stringify({
    losses: history.loss.length,
    ...result,
    rows: net.predict(x).shape[0],
    isSaved: net.save().length > 1000,
  }));`;
const LAYERS = 'import { batchNormalization, dense, dropout } from "lanegrad/layers";';
const BY_NAME = 'optimizer: "adam", loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"]';
const named = program(LAYERS, BY_NAME);
const given = program(
  `${LAYERS}
  import * as losses from "lanegrad/losses";
  import { accuracy } from "lanegrad/metrics";
  import { adam } from "lanegrad/optimizers";`,
  "optimizer: adam(), loss: losses.sparseCategoricalCrossentropy(), metrics: [accuracy()]",
);

/** Files of the package that the program needs, and of those folders no others. */
const needed: Record<string, string[]> = {
  callbacks: ["callback", "callbackList", "hooks"],
  constraints: ["constraint", "known", "spec"],
  initializers: ["constants", "index", "initializer", "known", "random", "spec", "varianceScaling"],
  layers: [
    "batchNormalization",
    "checkWeights",
    "columnTotals",
    "dense",
    "dropout",
    "factories/common",
    "factories/core",
    "factory",
    "givenTensors",
    "inputLayer",
    "layer",
    "layerOptions",
    "layerWeights",
    "onlyOne",
    "seedHolder",
    "weightSettings",
  ],
  losses: [
    "axis",
    "batch",
    "crossentropy",
    "factories",
    "kernelLoss",
    "known",
    "labels",
    "loss",
    "operands",
    "operation",
    "reduction",
    "regression",
    "spec",
  ],
  metrics: ["accuracy", "batch", "factories", "known", "lossMean", "mean", "metric", "names", "specs"],
  optimizers: [
    "adam",
    "adamw",
    "apply",
    "averages",
    "biasCorrection",
    "clipping",
    "factories",
    "known",
    "optimizer",
    "rmsprop",
    "sgd",
    "slots",
    "spec",
    "state",
    "update",
  ],
  preprocessing: [],
  regularizers: ["index", "known", "l1L2", "regularizer", "spec"],
  schedules: ["known", "schedule", "spec"],
  scores: [],
  unsupervised: [],
};

const FOLDERS = Object.keys(needed);

function filesIn(folder: string, files: readonly string[]): string[] {
  return files
    .filter((file) => file.startsWith(`${folder}/`))
    .map((file) => file.slice(folder.length + 1, -".js".length));
}

test("a bundle has no part, no layer and no kernels that its program does not need", async () => {
  const { families, files } = await bundleOf(named);
  for (const folder of FOLDERS) {
    expect({ [folder]: filesIn(folder, files).filter((file) => !needed[folder].includes(file)) }).toEqual({
      [folder]: [],
    });
  }
  expect(files).toContain("layers/dense.js");
  expect(files).not.toContain("models/load.js");
  expect(families).toEqual(["core"]);
});

test("a recurrent layer brings its kernels and no other kind of layer", async () => {
  const code = `import { lstm } from "lanegrad/layers"; console.log(lstm({ units: 1 }).name);`;
  const { families, files } = await bundleOf(code);
  const own = [
    "factories/recurrent",
    "lstm",
    "recurrent",
    "recurrentMask",
    "recurrentOperation",
    "recurrentParts",
    "recurrentState",
  ];
  expect(
    filesIn("layers", files)
      .filter((file) => !needed.layers.includes(file))
      .sort(),
  ).toEqual(own);
  expect(families).toEqual(["core", "recurrence"]);
});

test("what makes masks brings what is done with them", async () => {
  const code = `import { masking } from "lanegrad/layers"; console.log(masking().name);`;
  const { families, files } = await bundleOf(code);
  const own = filesIn("layers", files).filter((file) => !needed.layers.includes(file));
  expect(own.sort()).toEqual(["factories/arranging", "mask", "maskedBatchNormalization", "masking"]);
  expect(families).toEqual(["core", "layers"]);
});

test("attention brings its kernels and no other kind of layer", async () => {
  const code = `import { multiHeadAttention } from "lanegrad/layers";
    console.log(multiHeadAttention({ numHeads: 1, keyDim: 1 }).name);`;
  const { families, files } = await bundleOf(code);
  const own = [
    "attentionInputs",
    "attentionOperation",
    "factories/attending",
    "multiHeadAttention",
    "projection",
  ];
  const others = filesIn("layers", files).filter((file) => !needed.layers.includes(file));
  expect(others.sort()).toEqual(own);
  expect(families).toEqual(["core", "attention"]);
});

test("a layer of images brings its family, and no other layer of them", async () => {
  const code = `import { sequential } from "lanegrad";
    import { conv2d } from "lanegrad/layers";
    console.log(JSON.stringify(sequential({ layers: [conv2d({ filters: 2, kernelSize: 3, inputShape: [5, 5, 1] })] })
      .predict(new Float32Array(25)).shape));`;
  const { families, files } = await bundleOf(code);
  expect(families).toEqual(["core", "convolution"]);
  const used = ["conv2d", "convolution", "convolutionOperation", "factories/convolving", "spatial", "window"];
  const others = filesIn("layers", files).filter((file) => !needed.layers.includes(file));
  expect(others.sort()).toEqual(used);
  expect(await run(code)).toEqual([1, 3, 3, 2]);
});

test("the program trains, and with parts that are given it is no larger", async () => {
  const results = [await run(named), await run(given)];
  expect(results[0]).toEqual(results[1]);
  expect(results[0]).toMatchObject({ losses: 60, rows: 90, isSaved: true });
  expect((results[0] as { accuracy: number }).accuracy).toBeGreaterThan(0.9);
  const [byName, byObject] = [await bundleOf(named), await bundleOf(given)];
  expect(byObject.gzipped).toBeLessThan(byName.gzipped + 200);
});

test("a bundle for Node has the kernels of the families in use as base64, which need not be joined", async () => {
  const [forNode, forBrowsers] = [await bundleOf(named, "node"), await bundleOf(named)];
  const kernels = (await import(new URL("../../dist/kernels/base64.js", import.meta.url).href)) as Kernels;
  const familiesIn = (code: string): string[] =>
    Object.keys(kernels).filter((family) => code.includes(kernels[family].simd));
  expect([familiesIn(forNode.code), familiesIn(forBrowsers.code)]).toEqual([["core"], []]);
  expect([forNode, forBrowsers].map(({ files }) => files.includes("runtime/load/join.js"))).toEqual([
    false,
    true,
  ]);
  expect(runCode(forNode.code)).toEqual(runCode(forBrowsers.code));
});

test("a namespace from an entry of its own is left out but for what is used", async () => {
  const code = `import * as layers from "lanegrad/layers"; console.log(layers.dense({ units: 1 }).name);`;
  const { files } = await bundleOf(code);
  expect(filesIn("layers", files).filter((file) => !needed.layers.includes(file))).toEqual([]);
  expect(filesIn("optimizers", files)).toEqual([]);
});

test("layers of images bring their kernels, and of each other nothing", async () => {
  const { families, files } = await bundleOf(
    `import { randomFlip } from "lanegrad/layers"; console.log(randomFlip().name);`,
  );
  expect(families).toEqual(["core", "images"]);
  expect(filesIn("layers", files)).toContain("randomFlip");
  const others =
    /^(?:randomAffine|randomRotation|randomZoom|randomTranslation|randomContrast|randomBrightness|resizing)$/;
  expect(filesIn("layers", files).filter((file) => others.test(file))).toEqual([]);
});

/** Prints what comes of each configuration: the code of the error, and its message. */
const attempts = (head: string, calls: readonly string[]): string => `
  import { layers, sequential } from "lanegrad";
  ${head}
  const attempt = (work) => {
    try {
      work();
      return ["ok", ""];
    } catch (error) {
      return [error.code, error.message];
    }
  };
  const compile = (options) =>
    sequential({ layers: [layers.dense({ units: 2, inputShape: [3], activation: "sigmoid" })] })
      .compile({ loss: "mse", ...options });
  const dense = (options) => layers.dense({ units: 2, ...options });
  console.log(JSON.stringify([${calls.map((call) => `attempt(() => ${call})`).join(",\n")}]));`;

test("the common parts are found by every spelling of their names", async () => {
  const spellings = {
    optimizer: ["sgd", "SGD", "rmsprop", "RMSprop", "adam", "Adam", "adamw", "AdamW"],
    loss: ["mse", "MSE", "mean_squared_error", "MeanSquaredError", "mae", "bce"],
    metrics: [
      "acc",
      "accuracy",
      "binary_accuracy",
      "mse",
      "rmse",
      "mae",
      "RootMeanSquaredError",
      "bce",
      "ce",
    ],
    kernelInitializer: ["zeros", "one", "he_normal", "HeNormal", "glorotUniform", "uniform", "lecun_normal"],
    kernelRegularizer: ["l1", "L2", "l1_l2", "L1L2"],
  };
  const calls = Object.entries(spellings).flatMap(([option, names]) =>
    names.map((name) => {
      const value = JSON.stringify(option === "metrics" ? [name] : name);
      return `${option.startsWith("kernel") ? "dense" : "compile"}({ ${option}: ${value} })`;
    }),
  );
  expect(await run(attempts("", calls))).toEqual(calls.map(() => ["ok", ""]));
});

const RARE = [
  'compile({ optimizer: "ftrl" })',
  'compile({ optimizer: { name: "Lamb", learningRate: 0.1 } })',
  'compile({ optimizer: { name: "sgd", learningRate: { name: "cosine_decay", initialLearningRate: 1, decaySteps: 2 } } })',
  'compile({ loss: "kld" })',
  'compile({ metrics: ["AUC"] })',
  'dense({ kernelInitializer: "orthogonal" })',
  'dense({ kernelRegularizer: "orthogonal_regularizer" })',
  'dense({ kernelConstraint: "min_max_norm" })',
];

test("other names are errors that say what to do, and wrong ones are misspellings as ever", async () => {
  const calls = [...RARE, 'compile({ optimizer: "ftrll" })', 'compile({ optimizer: "toString" })'];
  const results = (await run(attempts("", calls))) as [string, string][];
  expect(results.map(([code]) => code)).toEqual([
    ...RARE.map(() => "NOT_LINKED"),
    "UNKNOWN_NAME",
    "UNKNOWN_NAME",
  ]);
  expect(results[0][1]).toMatch(
    /^optimizer .* Pass optimizers\.ftrl\(\) itself, or call linkParts\(\{ optimizers \}\) of the same entry first\. Received: "ftrl"$/,
  );
  expect(results[5][1]).toMatch(/^kernelInitializer .*initializers\.orthogonal\(\)/);
  expect(results[RARE.length][1]).toMatch(/must be one of sgd, .*multi\. Did you mean "ftrl"\?/);
});

test("linkParts links whole namespaces, or single parts and no others", async () => {
  const all = `import * as lanegrad from "lanegrad";
    const { constraints, initializers, losses, metrics, optimizers, regularizers, schedules } = lanegrad;
    const parts = { constraints, initializers, losses, metrics, optimizers, regularizers, schedules };
    lanegrad.linkParts(parts);
    lanegrad.linkParts(parts);`;
  expect(await run(attempts(all, RARE))).toEqual(RARE.map(() => ["ok", ""]));
  const some = `import { linkParts } from "lanegrad";
    import { ftrl } from "lanegrad/optimizers";
    linkParts({ optimizers: { ftrl } });`;
  const results = (await run(attempts(some, RARE))) as [string, string][];
  expect(results.map(([code]) => code)).toEqual(["ok", ...RARE.slice(1).map(() => "NOT_LINKED")]);
  const { files } = await bundleOf(
    `${some} import { sequential } from "lanegrad"; console.log(sequential());`,
  );
  expect(files).toContain("optimizers/ftrl.js");
  expect(files).not.toContain("optimizers/lamb.js");
});

test("an activation as a function links its kernels, and one of the core brings none", async () => {
  const program = (name: string) => `
    import { sequential } from "lanegrad";
    import { dense } from "lanegrad/layers";
    import { ${name} } from "lanegrad/activations";
    const net = sequential({ layers: [dense({ units: 2, activation: ${name}, inputShape: [2] })] });
    const { activation } = net.layers[0].getConfig();
    console.log(JSON.stringify([activation, net.predict([[1, -2]]).shape]));`;
  expect(await run(program("mish"))).toEqual([{ name: "mish" }, [1, 2]]);
  expect(await run(program("tanh"))).toEqual([{ name: "tanh" }, [1, 2]]);
  const rare = "runtime/kernels/activations.js";
  expect((await bundleOf(program("mish"))).files).toContain(rare);
  expect((await bundleOf(program("tanh"))).files).not.toContain(rare);
});

/** A file of a model whose parts are rare, after a step of training. */
async function rareFile(): Promise<Uint8Array> {
  lanegrad.setRandomSeed(7);
  const net = sequential({
    layers: [
      layers.dense({ units: 3, inputShape: [2], activation: "mish", kernelInitializer: "orthogonal" }),
      layers.dense({ units: 1, activation: "sigmoid", kernelConstraint: "minMaxNorm" }),
    ],
  });
  net.compile({
    optimizer: optimizers.ftrl({
      learningRate: schedules.cosineDecay({ initialLearningRate: 0.1, decaySteps: 10 }),
    }),
    loss: losses.dice(),
    metrics: [metrics.auc()],
  });
  await net.fit([[0, 1], [1, 0]], [[1], [0]], { epochs: 1, verbose: 0 }); // prettier-ignore
  return net.save();
}

const load = (imports: string, call: string): string => `
  import { readFileSync } from "node:fs";
  ${imports}
  const bytes = new Uint8Array(readFileSync("file"));
  try {
    const net = ${call};
    await net.fit([[0, 1], [1, 0]], [[1], [0]], { epochs: 3, verbose: 0, seed: 5 });
    console.log(JSON.stringify(Array.from(net.save())));
  } catch (error) {
    console.log(JSON.stringify([error.code, error.message]));
  }`;

test("files with rare parts: loadModel links all, loadModelWith what it is told", async () => {
  const file = await rareFile();
  const here = loadModel(file);
  await here.fit([[0, 1], [1, 0]], [[1], [0]], { epochs: 3, verbose: 0, seed: 5 }); // prettier-ignore
  const resumed = Array.from(here.save());
  const all = load('import { loadModel } from "lanegrad";', "loadModel(bytes)");
  expect(await run(all, file)).toEqual(resumed);
  const imports =
    'import { activations, layers, losses, metrics, optimizers, schedules, constraints, initializers, loadModelWith } from "lanegrad";';
  const [code, message] = (await run(
    load(imports, "loadModelWith(bytes, [layers.dense])"),
    file,
  )) as string[];
  expect(code).toBe("INVALID_FILE");
  expect(message).toMatch(/^model\.layers\[0\] .*linkParts\(\{ (?:initializers|activations) \}\)/);
  const few = "{ activations, initializers, constraints }";
  const [, second] = (await run(
    load(imports, `loadModelWith(bytes, [layers.dense], ${few})`),
    file,
  )) as string[];
  expect(second).toMatch(/^metadata\.training .*linkParts\(\{ (?:optimizers|schedules) \}\)/);
  const parts = `{
    activations,
    constraints,
    initializers,
    losses: { dice: losses.dice },
    metrics: { auc: metrics.auc },
    optimizers: { ftrl: optimizers.ftrl },
    schedules: { cosineDecay: schedules.cosineDecay },
  }`;
  expect(await run(load(imports, `loadModelWith(bytes, [layers.dense], ${parts})`), file)).toEqual(resumed);
});

test("every namespace is an entry, with the conditions of the main one", () => {
  const namespaces = Object.entries(lanegrad).filter(
    ([, value]) => Object.prototype.toString.call(value) === "[object Module]",
  );
  expect(namespaces.length).toBe(12);
  for (const [name] of namespaces) {
    const conditions = Object.entries(manifest.exports["."]).map(([condition, path]) => [
      condition,
      path
        .replace(/index(?=\.d\.ts)/, `${name}/index`)
        .replace("modules/index", `modules/${name}/index`)
        .replace(/(dist|node).index\.m?js/, `$1/${name}.js`),
    ]);
    const entry = (manifest.exports as unknown as Record<string, unknown>)[`./${name}`];
    expect(Object.entries(entry as object)).toEqual(conditions);
  }
});

test("linkParts takes namespaces of the library alone", () => {
  const { linkParts } = lanegrad;
  // @ts-expect-error no such namespace
  expect(() => linkParts({ optimisers: optimizers })).toThrow(/Did you mean optimizers\?/);
  // @ts-expect-error not a namespace
  expect(() => linkParts({ optimizers: optimizers.adam })).toThrow(/takes namespaces/);
  // @ts-expect-error what is made, not what makes it
  expect(() => linkParts({ optimizers: { adam: optimizers.adam() } })).toThrow(/takes namespaces/);
  // @ts-expect-error no names
  expect(() => linkParts({ optimizers: [optimizers.adam] })).toThrow(/takes namespaces/);
  // @ts-expect-error not a namespace
  expect(() => linkParts({ optimizers: "adam" })).toThrow(
    /linkParts takes namespaces.*Received: optimizers="adam"/,
  );
});

test("linkParts takes parts under their own names alone, and links nothing otherwise", () => {
  const { linkParts, losses, metrics, schedules } = lanegrad;
  const refused = (message: RegExp) =>
    expect.objectContaining({ code: "UNKNOWN_NAME", message: expect.stringMatching(message) });
  // @ts-expect-error an alias
  expect(() => linkParts({ losses: { mse: losses.meanSquaredError } })).toThrow(
    refused(/^a key of losses in linkParts must be one of meanSquaredError, .*Received: "mse"$/),
  );
  // @ts-expect-error misspelt
  expect(() => linkParts({ optimizers: { ftrll: optimizers.ftrl } })).toThrow(
    refused(/Did you mean "ftrl"\?/),
  );
  // @ts-expect-error of another kind
  expect(() => linkParts({ losses: { ftrl: optimizers.ftrl } })).toThrow(refused(/Received: "ftrl"$/));
  expect(() => linkParts({ metrics: { mean: metrics.mean } })).toThrow(refused(/Received: "mean"$/));
  // @ts-expect-error a class
  expect(() => linkParts({ optimizers: { Ftrl: optimizers.ftrl } })).toThrow(
    refused(/Did you mean "ftrl"\?/),
  );
  expect(() =>
    linkParts({ losses: {}, metrics, schedules: { cosineDecay: schedules.cosineDecay } }),
  ).not.toThrow();
});

test("every factory of a namespace has a name that is known, and works without a bundler", () => {
  const messageOf = (work: () => unknown): string => {
    try {
      work();
    } catch (error) {
      return (error as Error).message;
    }
    return "";
  };
  const compile = (options: object): unknown =>
    sequential({ layers: [layers.dense({ units: 1, inputShape: [1] })] }).compile({
      loss: "mse",
      ...options,
    } as never);
  const dense = (options: object): unknown => layers.dense({ units: 1, ...options } as never);
  const wrong: [object, string][] = [
    [lanegrad.constraints, messageOf(() => dense({ kernelConstraint: "?" }))],
    [lanegrad.initializers, messageOf(() => dense({ kernelInitializer: "?" }))],
    [lanegrad.losses, messageOf(() => compile({ loss: "?" }))],
    [lanegrad.metrics, messageOf(() => compile({ metrics: ["?"] }))],
    [lanegrad.optimizers, messageOf(() => compile({ optimizer: "?" }))],
    [lanegrad.regularizers, messageOf(() => dense({ kernelRegularizer: "?" }))],
    [
      lanegrad.schedules,
      messageOf(() => compile({ optimizer: { name: "sgd", learningRate: { name: "?" } } })),
    ],
  ];
  const noParts = ["clipGradients", "mean", "sum"];
  for (const [namespace, message] of wrong) {
    const names = message.replace(/^.* must be one of (.*?)\. .*$/, "$1").split(", ");
    const factories = Object.entries(namespace).filter(
      ([name, value]) => typeof value === "function" && /^[a-z]/.test(name) && !noParts.includes(name),
    );
    expect(factories.length).toBeGreaterThan(3);
    expect(names).toEqual(expect.arrayContaining(factories.map(([name]) => name)));
  }
});
