// Browsers are the system's: where they are, and how to get them.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

const CHROMIUM = ["chromium", "chromium-browser", "google-chrome"];

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The path of the first of these commands that is there. */
export function executable(names) {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const files = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return files.find(isExecutable);
}

/** The path of Chromium: what the variable CHROMIUM names, or one of the usual commands. */
export function chromiumPath() {
  const { CHROMIUM: named } = process.env;
  return named ? [named].find(isExecutable) : executable(CHROMIUM);
}

/** What to tell somebody who has not got it. */
export function howToGet(debianPackages) {
  return `not installed; on Debian: apt-get install ${debianPackages} (.ci/browsers does it)`;
}

/** Why Chromium cannot run, or nothing. */
export function missingChromium() {
  if (chromiumPath() !== undefined) return undefined;
  const { CHROMIUM: named } = process.env;
  if (named) return `CHROMIUM must be the path of an executable. Received: ${named}`;
  return `${howToGet("chromium")}; elsewhere: CHROMIUM=/path/to/chromium`;
}
