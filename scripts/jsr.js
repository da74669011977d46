// npm run check:jsr: makes dist/jsr/, which jsr.json publishes, and lets Deno check it as for publishing.
// JSR finds types by a comment in the JavaScript and, unlike package managers, by the names of files alone: so the
// declarations are there once more, naming each other as .d.ts. lanegrad/slim is for npm: JSR takes no .wasm files.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { build, install, root } from "./setup.js";

const dist = join(root, "dist");
const output = join(dist, "jsr");
const deno = join(root, "test/runtimes/node_modules/deno/bin.cjs");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const configuration = JSON.parse(readFileSync(join(root, "jsr.json"), "utf8"));

function write(name, text) {
  const path = join(output, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function withTypes(name) {
  const code = readFileSync(join(dist, `${name}.js`), "utf8").replace(
    /\n\/\/# sourceMappingURL=.*\s*$/,
    "\n",
  );
  return `/* @ts-self-types="./${name}.d.ts" */\n${code}`;
}

/** A declaration file whose imports name files. */
function declaration(name) {
  const kernels = relative(dirname(name), "runtime/load/text.d.ts").replaceAll("\\", "/");
  return readFileSync(join(dist, name), "utf8")
    .replaceAll(/(from |import\()"(\.\.?\/[^"]+)\.js"/g, '$1"$2.d.ts"')
    .replaceAll('"#kernels/load"', JSON.stringify(kernels.replace(/^(?!\.)/, "./")));
}

/** Declarations in a folder, but for those of other entries. */
function declarations() {
  return readdirSync(dist, { recursive: true })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".d.ts") && !/^(jsr|kernels|bring|slim\b)/.test(name));
}

function fill() {
  rmSync(output, { recursive: true, force: true });
  const entries = Object.values(configuration.exports).map((path) =>
    relative("dist/jsr", path).slice(0, -".js".length),
  );
  for (const name of entries) write(`${name}.js`, withTypes(name));
  write("kernels/base64.js", readFileSync(join(dist, "kernels/base64.js")));
  for (const name of declarations()) write(name, declaration(name));
}

install();
build();
if (configuration.version !== version) {
  console.error(
    `jsr.json must have the version of package.json, ${version}. Received: ${configuration.version}`,
  );
  process.exit(1);
}
if (!existsSync(deno)) {
  console.log("jsr.json was not checked: no Deno in test/runtimes (npm run test:runtimes installs it)");
  process.exit(process.env.CI ? 1 : 0);
}
fill();
const args = [deno, "publish", "--dry-run", "--allow-dirty", "--no-remote"];
const result = spawnSync(process.execPath, args, {
  cwd: root,
  encoding: "utf8",
  env: { ...process.env, NO_COLOR: "1" },
});
const said = result.stdout + result.stderr;
const complaints = /^(warning|error)\b|\[ERROR\]/m.test(said);
if (result.status !== 0 || complaints) console.error(said);
else console.log(`deno publish --dry-run passes: ${said.match(/^ +file:/gm).length} files`);
process.exit(result.status !== 0 || complaints ? 1 : 0);
