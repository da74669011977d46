/// <reference types="node" />
// The entry for Node (dist/node/): most of the package is read when something of it is first used, in files beside the
// entry. Which module is in which file: scripts/build/onDemand.js, which puts `onDemand.rest.name` where a module uses a
// name of another file. What has been read takes the place of what reads it.
import { createRequire } from "node:module";

type Names = Record<string, unknown>;

/** What a file holds: it is given what it uses of the entry, and the other files. */
type File = (core: Names, files: typeof onDemand) => Names;

const require = createRequire(import.meta.url);

// Paths are written out for tools that look which files a program needs.
const FILES = {
  common: () => require("./common.cjs") as File,
  rest: () => require("./rest.cjs") as File,
  kernels: () => require("./kernels.cjs") as File,
};

let core: Names;

/** What the files use of the entry, which names it at its end. */
export function provide(names: Names): void {
  core = names;
}

function reader(file: keyof typeof FILES): Names {
  return new Proxy<Names>(
    {},
    { get: (_, name) => (onDemand[file] = FILES[file]()(core, onDemand))[name as string] },
  );
}

export const onDemand = { common: reader("common"), rest: reader("rest"), kernels: reader("kernels") };
