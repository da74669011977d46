// Browsers are the system's: where they are, and how to get them.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

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

/** What to tell somebody who has not got it. */
export function howToGet(debianPackages) {
  return `not installed; on Debian: apt-get install ${debianPackages} (.ci/browsers does it)`;
}
