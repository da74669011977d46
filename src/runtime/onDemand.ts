// The entry for Node (dist/node/): most of the package is read when something of it is first used, in files beside the
// entry. Which module is in which file: scripts/build/nodeFiles.js. scripts/build/onDemand.js puts `onDemand.rest.name` where
// a module uses a name of another file. What has been read takes the place of what reads it.

type Names = Record<string, unknown>;

/** What a file holds: it is given what it uses of the entry, and the other files. */
type File = (core: Names, files: typeof onDemand) => Names;

/** Reads each file. */
type Files = Record<"common" | "rest" | "kernels", () => File>;

let core: Names;
let files: Files;

/** What the files use of the entry, which names it at its end, and what reads them. */
export function provide(names: Names, read: Files): void {
  core = names;
  files = read;
}

function reader(file: keyof Files): Names {
  return new Proxy<Names>(
    {},
    { get: (_, name) => (onDemand[file] = files[file]()(core, onDemand))[name as string] },
  );
}

export const onDemand = { common: reader("common"), rest: reader("rest"), kernels: reader("kernels") };
