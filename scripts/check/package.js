// npm run check:package: what would be published, and whether it can be used.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { toolChecks } from "./packageTools.js";
import { installPacked, npm } from "../support/packed.js";
import { begin, root } from "../setup.js";

/** A program that a strict compiler must accept, with mistakes that it must find. */
const typed = `
  import { callbacks, layers, linkParts, losses, optimizers, sequential, type Tensor } from "lanegrad";
  import { csvSink, fileSink, readModelFile } from "lanegrad/files";
  import { useKernels } from "lanegrad/slim";
  const brought: void = useKernels({ core: new Uint8Array(8), layers: { simd: {} as WebAssembly.Module } });
  const fetched: Promise<void> = useKernels({ core: { simd: new URL("https://example.org"), "relaxed-simd": "b" } });
  const compiled: void = useKernels({ core: {} as WebAssembly.Module });
  const responded: Promise<void> = useKernels({ core: fetch("https://example.org") });
  // @ts-expect-error what has to be waited for
  const synchronous: void = useKernels({ core: fetch("https://example.org") });
  // @ts-expect-error a misspelt family
  useKernels({ kore: new Uint8Array(8) });
  // @ts-expect-error a misspelt build
  useKernels({ core: { smid: new Uint8Array(8) } });
  import { dense } from "lanegrad/layers";
  import * as rates from "lanegrad/schedules";
  const hidden = layers.dense({ units: 3, activation: { name: "leakyRelu", negativeSlope: 0.1 }, inputShape: [4] });
  const net = sequential({ layers: [hidden] });
  net.compile({
    optimizer: optimizers.adam({ learningRate: rates.cosineDecay({ initialLearningRate: 1e-3, decaySteps: 9 }) }),
    loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }),
    metrics: ["accuracy"],
  });
  const logger = callbacks.csvLogger({ ...csvSink("log.csv", { append: true }), separator: ";" });
  const checkpoint = callbacks.modelCheckpoint({ save: fileSink("{epoch:02d}"), saveBestOnly: true });
  const bytes: Promise<Uint8Array> = readModelFile("01");
  const { signal } = new AbortController();
  const { history } = await net.fit([[1, 2, 3, 4]], [1], { epochs: 1, seed: 7, signal, callbacks: [logger, checkpoint] });
  const loss: number[] = history.loss;
  const prediction: Tensor = net.predict(new Float32Array(8));
  // @ts-expect-error a misspelt activation
  layers.dense({ units: 3, activation: "rellu" });
  // @ts-expect-error a misspelt loss
  net.compile({ loss: "mseee" });
  // @ts-expect-error a misspelt hook
  callbacks.lambda({ onEpochEnds: () => {} });
  // @ts-expect-error a misspelt option
  layers.dense({ unit: 3 });
  const same: typeof layers.dense = dense;
  // @ts-expect-error no such part
  linkParts({ optimizers: { ftlr: optimizers.ftrl } });
  linkParts({ losses, optimizers: { ftrl: optimizers.ftrl } });
  console.log(loss, prediction.shape, bytes, same, brought, fetched, compiled, responded, synchronous);
`;

/** A program whose compiler knows no host: no DOM, no Node. `all` imports every entry. */
function withoutHost(all) {
  return `
  ${all}
  import { layers, rbm, sequential } from "lanegrad";
  import { useKernels } from "lanegrad/slim";
  const net = sequential({ layers: [layers.dense({ units: 1, inputShape: [1] })] });
  await net.fit([[1]], [1], { signal: { aborted: false } });
  await rbm({ units: 2 }).fit([[1]], { signal: { aborted: false } });
  const brought: void = useKernels({ core: new Uint8Array(8) });
  const fetched: Promise<void> = useKernels({ core: "core.wasm" });
  // @ts-expect-error no kernels
  useKernels({ core: 8 });
  // @ts-expect-error no signal
  await net.fit([[1]], [1], { signal: "stop" });
  export { brought, fetched };
`;
}

/** The namespaces, and the names of the functions in each. */
async function functionsOfNamespaces() {
  const lanegrad = await import(join(root, "dist", "index.js"));
  const spaces = Object.entries(lanegrad).filter(([, value]) => typeof value === "object");
  return Object.fromEntries(
    spaces.map(([space, parts]) => [space, Object.keys(parts).filter((name) => /^[a-z]/.test(name))]),
  );
}

/** A library that exports what the functions of the package return, and what its classes hold: all of it has a name. */
function exported(namespaces) {
  const parts = Object.entries(namespaces).flatMap(([space, functions]) =>
    functions.map(
      (name) => `export const ${space}_${name} = null! as ReturnType<typeof lanegrad.${space}.${name}>;`,
    ),
  );
  return `
  import * as lanegrad from "lanegrad";
  import { initializers, input, layers, sequential, tensor } from "lanegrad";
  export const { dense, lstm, normalization } = layers;
  export const { shape } = input({ shape: [1] });
  export const { weights } = sequential();
  export const nested = tensor([1]).toArray();
  export const { layer } = {} as layers.BidirectionalOptions;
  export const { axis } = {} as layers.LayerNormalizationOptions;
  export const { activation } = {} as layers.PerceptronLayerOptions;
  export class Ones extends initializers.CustomInitializer {
    override fillValues(values: Float32Array) {
      values.fill(1);
    }
  }
  export class Twice extends layers.CustomLayer {
    override computeOutputShape(shapes: readonly lanegrad.Shape[]) {
      return shapes[0]!;
    }
    override forward({ inputs: [x], output }: layers.CustomLayerForward) {
      x!.forEach((value, i) => (output[i] = 2 * value));
    }
    override backward({ dOutput, dInputs: [dX] }: layers.CustomLayerBackward) {
      dX?.forEach((_, i) => (dX[i] = 2 * dOutput[i]!));
    }
    makeWeight() {
      return this.addWeight({ name: "a", shape: [] });
    }
  }
${parts.join("\n")}
`;
}

const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const compiler = join(root, "node_modules", "typescript", "bin", "tsc");

begin("npm run check:package", "packs the package, installs it as a user would, and uses it");
// They import what was installed just now.
const { build: bundle } = await import("esbuild");
const { entryChecks } = await import("./packageEntries.js");
const { nodeChecks } = await import("./packageNode.js");
const { sizeChecks } = await import("./packageSizes.js");

const { folder, packed, remove } = installPacked();
let failures = 0;

function check(what, holds) {
  console.log(`${holds ? "ok  " : "FAIL"} ${what}`);
  if (!holds) failures++;
}

try {
  const files = packed.files.map(({ path }) => path);
  console.log(`${packed.filename}: ${files.length} files, ${packed.size} bytes packed`);
  check(
    "holds code, types, sources, licence and README alone",
    files.every((path) =>
      /^(dist\/|src\/|README|LICENSE|THIRD_PARTY_LICENSES|CHANGELOG|package\.json)/.test(path),
    ),
  );
  check("holds no data set", !files.some((path) => /\.(csv|gz)$/.test(path)));

  const installed = npm(["ls", "--all"], folder).dependencies;
  check(
    "installs nothing else",
    Object.keys(installed).join() === "lanegrad" && !installed.lanegrad.dependencies,
  );

  const program = `
    import { LanegradError, callbacks, layers, sequential, version } from "lanegrad";
    import { csvSink, fileSink, readModelFile } from "lanegrad/files";
    const net = sequential({ layers: [layers.dense({ units: 1, inputShape: [1] })] });
    net.compile({ optimizer: { name: "sgd", learningRate: 0.1 }, loss: "mse" });
    await net.fit([[0], [1], [2], [3]], [1, 3, 5, 7], {
      epochs: 300,
      callbacks: [callbacks.csvLogger(csvSink("log.csv"))],
    });
    const lines = new TextDecoder().decode(await readModelFile("log.csv")).split("\\n");
    if (lines.length !== 302) throw new Error("logged " + lines.length + " lines");
    try {
      fileSink("{epoch");
      throw new Error("took a wrong name");
    } catch (error) {
      if (!(error instanceof LanegradError)) throw error;
    }
    const [[y]] = net.predict([[10]]).toArray();
    if (!(Math.abs(y - 21) < 0.5)) throw new Error("learnt " + y);
    console.log("lanegrad " + version + " learnt y = 2x + 1: y(10) = " + y.toFixed(2));`;
  writeFileSync(join(folder, "use.mjs"), program);
  console.log(execFileSync(process.execPath, ["use.mjs"], { cwd: folder, encoding: "utf8" }).trim());
  check("trains after an ordinary npm install", true);
  const names = `
    import { Perceptron, Sequential, losses, tensor } from "lanegrad";
    console.log(tensor([1]).constructor.name, Sequential.name, Perceptron.name, losses.perceptron().constructor.name);`;
  writeFileSync(join(folder, "names.mjs"), names);
  const printed = execFileSync(process.execPath, ["names.mjs"], { cwd: folder, encoding: "utf8" }).trim();
  check(`has classes with their names: ${printed}`, printed === "Tensor Sequential Perceptron Perceptron");

  const failing = `
    import { layers } from "lanegrad";
    try { layers.dense({ units: -1 }) } catch (error) { console.log(error.stack) }`;
  writeFileSync(join(folder, "failing.mjs"), failing);
  const stackOf = (...flags) =>
    execFileSync(process.execPath, [...flags, "failing.mjs"], { cwd: folder, encoding: "utf8" });
  check("has stack traces with names", /at positiveInteger .*\n *at new Dense /.test(stackOf()));
  check(
    "has source maps to its sources",
    /at new Dense \(.*src.layers.dense\.ts:\d/.test(stackOf("--enable-source-maps")),
  );

  const namespaces = Object.keys(exports)
    .map((path) => path.slice("./".length))
    .filter((name) => name !== "" && existsSync(join(root, "src", name, "index.ts")));
  const entries = `
    import * as all from "lanegrad";
    for (const name of ${JSON.stringify(namespaces)}) {
      const own = await import("lanegrad/" + name);
      const names = Object.keys(all[name]);
      if (names.length === 0 || !names.every((part) => own[part] === all[name][part])) throw new Error(name);
      if (Object.keys(own).length !== names.length) throw new Error(name + " has other names");
    }`;
  writeFileSync(join(folder, "entries.mjs"), entries);
  execFileSync(process.execPath, ["entries.mjs"], { cwd: folder });
  check(
    `has entries that hold what their namespaces hold: ${namespaces.join(" ")}`,
    namespaces.length === 12,
  );

  const entry = { absWorkingDir: folder, entryPoints: ["use.mjs"], outfile: "bundled.mjs" };
  await bundle({ ...entry, bundle: true, format: "esm", platform: "node", logLevel: "warning" });
  console.log(execFileSync(process.execPath, ["bundled.mjs"], { cwd: folder, encoding: "utf8" }).trim());
  check("trains in a bundle", !readFileSync(join(folder, "bundled.mjs"), "utf8").includes('from "lanegrad'));

  /** Whether a strict compiler takes a file, and every declaration that it leads to. */
  const compiles = (file, lib, module, resolution) => {
    const args = ["--noEmit", "--strict", "--skipLibCheck", "false", "--target", "es2022", "--types", ""];
    args.push("--declaration", "--exactOptionalPropertyTypes");
    const modules = ["--lib", lib, "--module", module, "--moduleResolution", resolution];
    const result = spawnSync(process.execPath, [compiler, ...args, ...modules, file], {
      cwd: folder,
      encoding: "utf8",
    });
    if (result.status !== 0) console.log(result.stdout);
    return result.status === 0;
  };
  const typedEntries = Object.keys(exports).filter((path) => exports[path].types !== undefined);
  const all = typedEntries.map((path, i) => `export * as e${i} from "lanegrad${path.slice(1)}";`).join("\n");
  writeFileSync(join(folder, "types.mts"), typed);
  writeFileSync(join(folder, "withoutHost.mts"), withoutHost(all));
  writeFileSync(join(folder, "exported.mts"), exported(await functionsOfNamespaces()));
  for (const [module, resolution] of [
    ["nodenext", "nodenext"],
    ["esnext", "bundler"],
  ]) {
    check(
      `has types that a strict program can use (${resolution}), and that refuse wrong options`,
      compiles("types.mts", "es2022,dom", module, resolution),
    );
    check(
      `has types that the declarations of other packages can name (${resolution})`,
      compiles("exported.mts", "es2022", module, resolution),
    );
    check(
      `has types in ${typedEntries.length} entries that need no DOM and no Node (${resolution})`,
      typedEntries.length > 25 && compiles("withoutHost.mts", "es2022", module, resolution),
    );
  }
  const others = [
    await entryChecks(folder),
    nodeChecks(folder),
    toolChecks(join(folder, packed.filename)),
    await sizeChecks(folder),
  ];
  for (const [what, holds] of others.flat()) check(what, holds);
} finally {
  remove();
}
process.exit(failures === 0 ? 0 : 1);
