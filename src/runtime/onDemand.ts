// The entry for Node (dist/node/): most of the package is read when something of it is first used, in files beside the
// entry. Which module is in which file: scripts/build/nodeFiles.js. scripts/build/onDemand.js puts `onDemand.rest.name` where
// a module uses a name of another file. What has been read takes the place of what reads it.

type Names = Record<string, unknown>;

/** What a file holds: it is given what it uses of the entry, and the other files. */
type File = (core: Names, files: typeof onDemand) => Names;

/** Reads each file. */
type Files = Record<"common" | "rest" | "kernels", () => File>;

let core: () => Names;
let files: Files;

/** What the files use of the entry, which names it at its end, and what reads them. */
export function provide(names: () => Names, read: Files): void {
  core = names;
  files = read;
}

function reader(file: keyof Files): Names {
  return new Proxy<Names>(
    {},
    { get: (_, name) => (onDemand[file] = files[file]()(core(), onDemand))[name as string] },
  );
}

export const onDemand = { common: reader("common"), rest: reader("rest"), kernels: reader("kernels") };

/** Node prints the target of a proxy, without asking the proxy. */
const PRINTED = {
  [Symbol.for("nodejs.util.inspect.custom")](this: Names): object {
    return Object.create(null, Object.getOwnPropertyDescriptors(this)) as object;
  },
};

/**
 * A namespace that asks for what other files hold when it is used. Hundreds of getters would take 1 ms to define.
 *
 * @param near what the entry holds
 * @param far by file, the names that it holds, divided by spaces; "name=key" where it hands it out under another key
 */
export function namespace(near: Names, far: Partial<Record<keyof Files, string>>): Names {
  let isWhole = false;
  const whole = (): Names => {
    if (!isWhole) define(near, far);
    isWhole = true;
    return near;
  };
  return new Proxy(Object.setPrototypeOf(near, PRINTED) as Names, {
    get: (_, name) => Reflect.get(Object.hasOwn(near, name) ? near : whole(), name) as unknown,
    has: (_, name) => Reflect.has(whole(), name),
    ownKeys: () => Reflect.ownKeys(whole()).sort(),
    getOwnPropertyDescriptor: (_, name) => Reflect.getOwnPropertyDescriptor(whole(), name),
    set: () => false,
    defineProperty: () => false,
    deleteProperty: () => false,
    // What is frozen could not take the names of other files.
    preventExtensions: () => false,
  });
}

/** A class of another file: what is asked of it, or made with it, is what that class has and makes. */
export function classOnDemand(read: () => abstract new (...given: unknown[]) => object): object {
  return new Proxy(function () {}, {
    get: (_, name) => Reflect.get(read(), name) as unknown,
    set: (_, name, value) => Reflect.set(read(), name, value),
    construct: (_, given, target) => Reflect.construct(read(), given, target) as object,
    // A class cannot be called: its own error says so.
    apply: (_, self, given) => Reflect.apply(read() as unknown as () => unknown, self, given),
    preventExtensions: () => false,
    getPrototypeOf: () => Reflect.getPrototypeOf(read()),
  });
}

function define(names: Names, far: Partial<Record<keyof Files, string>>): void {
  for (const [file, list] of Object.entries(far) as [keyof Files, string][]) {
    for (const entry of list.split(" ")) {
      const [name, key = name] = entry.split("=");
      Object.defineProperty(names, name, { get: () => onDemand[file][key], enumerable: true });
    }
  }
}
