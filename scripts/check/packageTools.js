// What publint and arethetypeswrong say of the packed package. They are heavy, so they live in test/package.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { installHeavy, root } from "../setup.js";

const installed = join(root, "test", "package", "node_modules");

const TOOLS = [
  {
    what: "publint finds nothing",
    program: join(installed, "publint", "src", "cli.js"),
    args: (tarball) => ["run", tarball, "--strict"],
  },
  {
    // Files of kernels have no types; where a bundler knows .wasm, it has types for them.
    what: "arethetypeswrong finds nothing",
    program: join(installed, "@arethetypeswrong", "cli", "dist", "index.js"),
    args: (tarball) => [tarball, "--profile", "esm-only", "--exclude-entrypoints", "./kernels/*.wasm"],
  },
];

/** Runs the tools on a tarball. Returns what each has checked and whether it holds. */
export function toolChecks(tarball) {
  installHeavy("test/package", "publint and arethetypeswrong");
  return TOOLS.map(({ what, program, args }) => {
    const result = spawnSync(process.execPath, [program, ...args(tarball)], { encoding: "utf8" });
    if (result.status !== 0) console.log(result.stdout + result.stderr);
    return [what, result.status === 0];
  });
}
