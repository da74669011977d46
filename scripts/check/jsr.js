// npm run check:jsr: makes dist/jsr/, which jsr.json publishes, and lets Deno check it as for publishing.
// JSR finds types by a comment in the JavaScript and, unlike package managers, by the names of files alone: so the
// declarations are there once more, naming each other as .d.ts. lanegrad/slim is for npm: JSR takes no .wasm files.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { denoCommand } from "../../test/runtimes/runners/installed.js";
import { inCI, reportLeftOut } from "../support/leftOut.js";
import { begin, installRuntimes, root } from "../setup.js";

const dist = join(root, "dist");
const output = join(dist, "jsr");
const configurationPath = join(root, "jsr.json");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const configuration = JSON.parse(readFileSync(configurationPath, "utf8"));

/** The entries that JSR has: name in `exports`, file in dist/ and its declarations. */
const entries = Object.entries(manifest.exports)
  .filter(([name, { types }]) => types !== undefined && !name.startsWith("./slim"))
  .map(([name, { types, default: file }]) => ({ name, file: inDist(file), types: inDist(types) }));

function inDist(path) {
  return path.slice("./dist/".length);
}

function write(name, text) {
  const path = join(output, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function withTypes({ file, types }) {
  const code = readFileSync(join(dist, file), "utf8").replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n");
  return `/* @ts-self-types="./${types}" */\n${code}`;
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
  for (const entry of entries) write(entry.file, withTypes(entry));
  write("kernels/base64.js", readFileSync(join(dist, "kernels/base64.js")));
  for (const name of declarations()) write(name, declaration(name));
}

/** jsr.json says of version and entries what package.json says. */
function followManifest() {
  const { version, license } = manifest;
  const exports = Object.fromEntries(entries.map(({ name, file }) => [name, `./dist/jsr/${file}`]));
  const next = { ...configuration, version, license, exports };
  if (JSON.stringify(next) === JSON.stringify(configuration)) return;
  if (inCI) {
    console.error("jsr.json does not agree with package.json: npm run check:jsr brings it up to date");
    process.exit(1);
  }
  writeFileSync(configurationPath, `${JSON.stringify(next, null, 2)}\n`);
  console.log("jsr.json was brought up to date with package.json");
}

begin("npm run check:jsr", "makes dist/jsr/ and lets Deno check it as for publishing");
followManifest();
installRuntimes();
if (!existsSync(denoCommand)) {
  const failures = reportLeftOut(["the check by Deno: no package of it for this platform"]);
  process.exit(failures === 0 ? 0 : 1);
}
fill();
const args = ["publish", "--dry-run", "--allow-dirty", "--no-remote"];
const result = spawnSync(denoCommand, args, {
  cwd: root,
  encoding: "utf8",
  env: { ...process.env, NO_COLOR: "1" },
});
const said = result.stdout + result.stderr;
const complaints = /^(warning|error)\b|\[ERROR\]/m.test(said);
if (result.status !== 0 || complaints) console.error(said);
else console.log(`deno publish --dry-run passes: ${said.match(/^ +file:/gm).length} files`);
process.exit(result.status !== 0 || complaints ? 1 : 0);
