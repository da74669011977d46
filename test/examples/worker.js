// The Worker of examples/edge, bundled by wrangler from the packed package, in workerd.
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { installPacked } from "../../scripts/support/packed.js";
import { root } from "../../scripts/setup.js";
import { bundleWorker, startWorker, workerModules } from "../bundlers/workerd.js";

const configuration = readFileSync(join(root, "examples", "edge", "wrangler.jsonc"), "utf8");
const compatibilityDate = /"compatibility_date": "(.*)"/.exec(configuration)[1];

/** The same with the plain build of the kernels, whose numbers have the same bits on every engine. */
const PLAIN = `import { configure } from "lanegrad";
configure({ deterministic: true });
export { default } from "./worker.js";
`;

/** Bundles as `wrangler deploy` would; returns what wrangler printed and the modules. */
function bundle(folder, program, outdir) {
  const printed = bundleWorker(folder, program, outdir);
  return { printed, modules: workerModules(join(folder, outdir), program.replace(/ts$/, "js")) };
}

/** The Worker as it is and with the plain build, and a function that removes what was made on the way. */
export function bundleExample() {
  const { folder, remove } = installPacked();
  cpSync(join(root, "examples", "edge"), folder, { recursive: true });
  writeFileSync(join(folder, "plain.ts"), PLAIN);
  return {
    asItIs: bundle(folder, "worker.ts", "out"),
    plain: bundle(folder, "plain.ts", "out-plain"),
    remove,
  };
}

/** Runs modules in workerd, the first as the Worker. */
export const start = (modules) => startWorker(modules, compatibilityDate);
