// npm test: the unit tests in both builds of the kernels, then the golden cases.
import { begin, run } from "../setup.js";

begin("npm test", "the unit tests in both builds of the kernels, then the golden cases");
for (const name of ["simd", "relaxed-simd"]) {
  console.log(`\nUnit tests, build ${name}`);
  run(process.execPath, ["node_modules/vitest/vitest.mjs", "run"], {
    env: { ...process.env, LANEGRAD_BUILD: name },
  });
}
console.log("\nGolden cases");
run(process.execPath, ["scripts/test/golden.js"]);
