// The package as users get it: packed, and installed from the tarball into a folder outside the repository.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../setup.js";

const onWindows = process.platform === "win32";

/** Runs npm in a folder; returns what it prints, as JSON. */
export function npm(args, cwd) {
  const printed = execFileSync(onWindows ? "npm.cmd" : "npm", [...args, "--json", "--loglevel=error"], {
    cwd,
    encoding: "utf8",
    shell: onWindows,
    stdio: ["ignore", "pipe", "inherit"],
  });
  return JSON.parse(printed);
}

/**
 * Packs the package and installs it.
 *
 * @returns the temporary folder with the package installed; `packed`, what npm says of the tarball, which is in the
 * folder too; and a function that removes it all
 */
export function installPacked() {
  const folder = mkdtempSync(join(tmpdir(), "lanegrad-"));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  try {
    const [packed] = npm(["pack", "--pack-destination", folder], root);
    writeFileSync(join(folder, "package.json"), '{ "type": "module", "private": true }\n');
    npm(["install", "--no-audit", "--no-fund", join(folder, packed.filename)], folder);
    return { folder, packed, remove };
  } catch (error) {
    remove();
    throw error;
  }
}
