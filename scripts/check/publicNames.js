// What the entries of a package export, followed from file to file.
import { dirname, join } from "node:path";
import { readDeclarations } from "./declarations.js";

/** Follows exports from file to file and notes what is wrong with them. */
class PublicNames {
  #read;
  #files = new Map();
  #seen = new Set();
  /** Names and members that were looked at. */
  count = 0;
  /** { path, line, name, problem } of each that has no TSDoc, or is exported but not there. */
  findings = [];

  /** @param {(path: string) => string} read the text of a file */
  constructor(read) {
    this.#read = read;
  }

  /** Checks all that a file exports. */
  checkFile(path) {
    for (const entry of this.#file(path).exports) {
      if (entry.kind === "name") this.#checkName(path, entry);
      else this.checkFile(this.#resolve(path, entry.source));
    }
  }

  #file(path) {
    if (!this.#files.has(path)) this.#files.set(path, readDeclarations(this.#read(path)));
    return this.#files.get(path);
  }

  #resolve(path, source) {
    if (!source.startsWith(".")) throw new Error(`${path}: cannot follow ${source}`);
    return join(dirname(path), source.replace(/\.js$/, ".d.ts"));
  }

  #checkName(path, { name, line }) {
    const found = this.#exported(path, name);
    // An @internal declaration is left out, an export of it elsewhere is not.
    if (found === undefined)
      this.findings.push({ path, line, name, problem: "is exported but declared nowhere" });
    else this.#checkDeclarations(found);
  }

  /** Where a name that a file exports is declared; undefined if it does not export it. */
  #exported(path, name) {
    for (const entry of this.#file(path).exports) {
      if (entry.kind === "all") {
        const found = this.#exported(this.#resolve(path, entry.source), name);
        if (found !== undefined) return found;
      } else if (entry.kind === "name" && entry.name === name) {
        if (entry.source === null) return this.#local(path, entry.local);
        return this.#exported(this.#resolve(path, entry.source), entry.local);
      }
    }
    return undefined;
  }

  /** Where a name that a file uses is declared; undefined for what the language brings along. */
  #local(path, name) {
    const { declarations, imports } = this.#file(path);
    if (declarations.has(name)) return { path, declarations: declarations.get(name) };
    if (!imports.has(name)) return undefined;
    const { name: theirs, source } = imports.get(name);
    return source.startsWith(".") ? this.#exported(this.#resolve(path, source), theirs) : undefined;
  }

  #checkDeclarations({ path, declarations }) {
    const key = `${path} ${declarations[0].name}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    for (const declaration of declarations) {
      const { name, doc, line, members, bases } = declaration;
      // A class may be declared beside an interface of its name, which then may be without.
      const isMerged = declaration.kind === "interface" && declarations.some(({ kind }) => kind === "class");
      if (!isMerged) this.#note(path, line, name, doc);
      for (const base of bases) {
        const found = this.#local(path, base);
        if (found !== undefined) this.#checkDeclarations(found);
      }
      const inherited = this.#documentedMembers(path, bases);
      for (const member of members) {
        const twin = members.find((other) => other.name === member.name && other.isAccessor && other.doc);
        const own = member.isAccessor ? twin?.doc : member.doc;
        if (!inherited.has(member.name)) this.#note(path, member.line, `${name}.${member.name}`, own);
      }
    }
  }

  /** The members of base classes that have TSDoc. */
  #documentedMembers(path, bases, names = new Set()) {
    for (const base of bases) {
      const found = this.#local(path, base);
      for (const { members, bases: next } of found?.declarations ?? []) {
        for (const { name, doc } of members) if (doc) names.add(name);
        this.#documentedMembers(found.path, next, names);
      }
    }
    return names;
  }

  #note(path, line, name, doc) {
    this.count++;
    if (!doc) this.findings.push({ path, line, name, problem: "has no TSDoc" });
  }
}

/**
 * Checks that what files export, name by name, is there and has TSDoc: functions, constants, types, interfaces and
 * classes with their public members, those of their base classes among them. A member that overrides one with TSDoc
 * needs none of its own: editors show that of the base.
 *
 * @param {string[]} entries the paths of .d.ts files
 * @param {(path: string) => string} read the text of a file
 * @returns how many names there are, and { path, line, name, problem } of what is wrong
 */
export function checkPublicNames(entries, read) {
  const names = new PublicNames(read);
  for (const entry of entries) names.checkFile(entry);
  return { count: names.count, findings: names.findings };
}
