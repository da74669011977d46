// What the files of dist/node/ (onDemand.js) hand out under which names: what `export *` and the namespaces stand for.
import { readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { root } from "../setup.js";
import { fileOf } from "./nodeFiles.js";

export const SRC = join(root, "src");

/** What names a module of src/ in nodeFiles.js: its path there, without the extension. */
export const moduleOf = (path) => relative(SRC, path).replaceAll("\\", "/").replace(/\.ts$/, "");

const ON_DEMAND = "runtime/onDemand";

/** What stands for a module in an import of a file, in quotes. */
const specifier = (path, module) =>
  `"./${relative(dirname(path), join(SRC, `${module}.js`)).replaceAll("\\", "/")}"`;

const sourceOf = (path, target) => resolve(dirname(path), `${target}.ts`);

/** Forms of export that are not read below, such as classes and names with `as`. */
const UNREAD = /^export (?!(?:type|interface) |\* |\{|(?:const|function) \w).*|^export \{[^}]* as [^}]*\}/m;

/**
 * What a module exports besides types: [{ name, module }], each with the module that a bundle finds it in. Throws for what it
 * would overlook.
 */
function exportsOf(path) {
  const text = readFileSync(path, "utf8");
  const unread = UNREAD.exec(text);
  if (unread !== null) throw new Error(`${path}: nodeNames.js does not read "${unread[0]}"`);
  const all = (pattern) => Array.from(text.matchAll(pattern));
  const listed = (names) =>
    names
      .split(",")
      .map((name) => name.trim())
      .filter((name) => /^\w+$/.test(name));
  const own = (name) => ({ name, module: moduleOf(path) });
  const from = (pattern) =>
    all(pattern).flatMap(([, names, target]) =>
      listed(names).map((name) => ({ name, module: moduleOf(sourceOf(path, target)) })),
    );
  const imported = from(/^import \{([^}]*)\} from "(\..*)\.js";/gm);
  const reexported = (one) => imported.find(({ name }) => name === one) ?? own(one);
  return [
    ...all(/^export \* from "(\..*)\.js";/gm).flatMap(([, target]) => exportsOf(sourceOf(path, target))),
    ...from(/^export \{([^}]*)\} from "(\..*)\.js";/gm),
    ...all(/^export \{([^}]*)\};/gm).flatMap(([, names]) => listed(names).map(reexported)),
    ...[...new Set(all(/^export (?:const|function) (\w+)/gm).map(([, name]) => name))].map(own),
  ];
}

/** `export *` from a module of another file becomes a list of its names. */
export function withNames(path, file) {
  return readFileSync(path, "utf8").replaceAll(/^export \* from "(\..*)\.js";/gm, (line, target) => {
    const source = sourceOf(path, target);
    if (fileOf(moduleOf(source)) === file) return line;
    return `export { ${exportsOf(source)
      .map(({ name }) => name)
      .join(", ")} } from "${target}.js";`;
  });
}

/**
 * `export * as layers` becomes an object of what the entry holds, and the names of what other files hold; `import * as`
 * likewise, and `import * as` of what the entry holds alone becomes an object without getters.
 */
function withObjects(path, wanted) {
  return readFileSync(path, "utf8").replaceAll(
    /^(export|import) \* as (\w+) from "(\..*)\.js";/gm,
    (_, verb, namespace, target) => {
      const names = exportsOf(sourceOf(path, target));
      const near = names.filter(({ module }) => fileOf(module) === "index");
      const imports = near.map(
        ({ name, module }) => `import { ${name} as ${namespace}_${name} } from ${specifier(path, module)};`,
      );
      const entries = `{ ${near.map(({ name }) => `${name}: ${namespace}_${name}`).join(", ")} }`;
      const object =
        near.length === names.length ? entries : `namespace(${entries}, ${farNames(names, wanted)})`;
      return `${imports.join(" ")} ${verb === "export" ? "export " : ""}const ${namespace} = ${object};`;
    },
  );
}

/** The parts that are found by name, as an object. */
export function withKnown(path, wanted) {
  return `import { namespace } from ${specifier(path, ON_DEMAND)};${withObjects(path, wanted)}`;
}

/** Namespaces are those that the public API has. */
export const withPublicNamespaces = (path) =>
  readFileSync(path, "utf8").replaceAll(
    /^import \* as (\w+) from ".*";/gm,
    (_, namespace) => `import { ${namespace} } from ${specifier(path, "index")};`,
  );

/** The public API: namespaces and functions that ask other files for what these hold. */
export function withNamespaces(path, wanted) {
  const text = withStandIns(withObjects(path, wanted), path, wanted);
  return `import { classOnDemand, namespace, onDemand } from ${specifier(path, ON_DEMAND)};${text}`;
}

/** What the entry exports of a file that is read later is a function that asks for it. */
function withStandIns(text, path, wanted) {
  return text.replaceAll(/^export \{([^}]*)\} from "(\..*)\.js";/gm, (line, names, target) => {
    const module = moduleOf(sourceOf(path, target));
    if (fileOf(module) === "index") return line;
    const standIns = names.split(",").map((entry) => {
      const name = entry.trim();
      const later = `onDemand.${fileOf(module)}.${wanted[fileOf(module)].key(module, name)}`;
      const isClass = /^[A-Z]/.test(name);
      return `export const ${name} = ${isClass ? `classOnDemand(() => ${later})` : `(...given) => ${later}(...given)`};`;
    });
    return standIns.join(" ");
  });
}

/** Such as `{"rest":"lstm gru dice=dice2"}`: by file, the names and under which keys it hands them out. */
function farNames(names, wanted) {
  const far = {};
  for (const { name, module } of names) {
    const file = fileOf(module);
    if (file === "index") continue;
    const key = wanted[file].key(module, name);
    (far[file] ??= []).push(key === name ? name : `${name}=${key}`);
  }
  return JSON.stringify(
    Object.fromEntries(Object.entries(far).map(([file, list]) => [file, list.join(" ")])),
  );
}
