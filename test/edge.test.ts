// The entries for runtimes that compile nothing while they run, bundled by their conditions and run with compiling
// switched off.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { build, families } from "./kernels/harness.js";
import { bundled, runModule } from "./support/bundle.js";

const program = `
  import { backend, configure, layers, ready, sequential } from "lanegrad";
  WebAssembly.compile = () => Promise.reject(new Error("compiled"));
  configure({ build: "${build}" });
  await ready();
  const net = sequential({ layers: [layers.dense({ units: 1, inputShape: [1] }), layers.rmsNormalization()] });
  net.compile({ optimizer: "adam", loss: "mse" });
  await net.fit([[0], [1]], [1, 3], { epochs: 2 });
  console.log(backend().name, net.predict([[1]]).shape.join());`;

describe.each(["workerd", "edge-light"])("the condition %s", (condition) => {
  test.each([build])("trains with the build %s", async () => {
    const { stdout } = await runModule(await bundled(program, [condition]));
    expect(stdout).toBe(`${build} 1,1\n`);
  });

  test.each(families)("imports both builds of %s as modules", (family) => {
    const path = new URL(`../dist/kernels/${condition}/${family}.js`, import.meta.url);
    const suffix = condition === "workerd" ? "" : "?module";
    const imported = Array.from(readFileSync(path, "utf8").matchAll(/from "(.*)"/g), ([, name]) => name);
    expect(imported).toEqual([`../${family}.simd.wasm${suffix}`, `../${family}.relaxed-simd.wasm${suffix}`]);
  });
});

test("kernels of families that a program does not name are not in its bundle", async () => {
  const code = await bundled(`import { matMul } from "lanegrad"; console.log(matMul([[2]], [[3]]));`, [
    "workerd",
  ]);
  const named = families.filter((family) => code.includes(`kernels/${family}.simd.wasm`));
  expect(named).toEqual(["core"]);
});

test("without the conditions the error says which one is missing", async () => {
  const code = await bundled(`import { matMul } from "lanegrad"; matMul([[2]], [[3]]);`, ["worker"]);
  await expect(runModule(code)).rejects.toThrow(
    /UNSUPPORTED_RUNTIME[^]*"workerd"|"workerd"[^]*UNSUPPORTED_RUNTIME/,
  );
});
