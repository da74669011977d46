// The package as users get it: packed, and installed from the tarball into a folder outside the repository.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./setup.js";

const onWindows = process.platform === "win32";

function npm(args, cwd) {
  const command = onWindows ? "npm.cmd" : "npm";
  const stdio = ["ignore", "pipe", "inherit"];
  return execFileSync(command, [...args, "--loglevel=error"], {
    cwd,
    encoding: "utf8",
    shell: onWindows,
    stdio,
  });
}

/** A temporary folder with the package installed, and a function that removes it. */
export function installPacked() {
  const folder = mkdtempSync(join(tmpdir(), "lanegrad-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const [{ filename }] = JSON.parse(npm(["pack", "--json", "--pack-destination", folder], root));
    writeFileSync(join(folder, "package.json"), '{ "type": "module", "private": true }\n');
    npm(["install", "--no-audit", "--no-fund", join(folder, filename)], folder);
    return { folder, remove };
  } catch (error) {
    remove();
    throw error;
  }
}
