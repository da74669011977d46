// What finds public names without TSDoc finds them, in type files as the compiler writes them.
import { expect, test } from "vitest";
import { checkPublicNames } from "../scripts/check/publicNames.js";

/** Checks files that are given by path, `a.d.ts` being the entry. */
function check(files: Record<string, string>): { count: number; findings: string[] } {
  const { count, findings } = checkPublicNames(["a.d.ts"], (path) => files[path]);
  return {
    count,
    findings: findings.map(({ path, line, name, problem }) => `${path}:${line}: ${name} ${problem}`),
  };
}

test("a name with TSDoc is in order, one without is found with its line", () => {
  const text = `import type { T } from "./t.js";
/**
 * Does f.
 */
export declare function f(a: { b: number; }): T;
export declare const g: (x: number) => void;
/** */
export type H = "a;" | 'b}';
// not TSDoc
export declare abstract class C<T extends { a: number; }> {
}
declare const hidden: number;
export {};
`;
  expect(check({ "a.d.ts": text })).toEqual({
    count: 4,
    findings: ["a.d.ts:6: g has no TSDoc", "a.d.ts:8: H has no TSDoc", "a.d.ts:10: C has no TSDoc"],
  });
});

test("public members count, others do not; an accessor needs TSDoc once", () => {
  const text = `/** A class. */
export declare class C {
    #private;
    private a;
    protected b(): void;
    constructor(x: number);
    static c: () => { d: number; };
    readonly e?: string;
    get f(): number;
    /** Sets f. */
    set f(value: number);
    get(): void;
    "g-h": number;
    [Symbol.dispose](): void;
    /** i */
    abstract i<T>(x: T): void;
}
`;
  expect(check({ "a.d.ts": text }).findings).toEqual([
    "a.d.ts:7: C.c has no TSDoc",
    "a.d.ts:8: C.e has no TSDoc",
    "a.d.ts:12: C.get has no TSDoc",
    'a.d.ts:13: C."g-h" has no TSDoc',
    "a.d.ts:14: C.[Symbol.dispose] has no TSDoc",
  ]);
});

test("exports are followed to other files, and names that are not exported are not", () => {
  const files = {
    "a.d.ts": `export * as parts from "./b.js";
export { c as d, type E } from "./folder/c.js";
`,
    "b.d.ts": `import { F } from "./folder/c.js";
export * from "./folder/d.js";
export type { F };
`,
    "folder/c.d.ts": `export declare const c = 1;
export interface E {
    x: number;
}
/** F. */
export type F = string;
export declare const other = 2;
`,
    "folder/d.d.ts": `export declare const g = "export";
`,
  };
  expect(check(files)).toEqual({
    count: 5,
    findings: [
      "folder/d.d.ts:1: g has no TSDoc",
      "folder/c.d.ts:1: c has no TSDoc",
      "folder/c.d.ts:2: E has no TSDoc",
      "folder/c.d.ts:3: E.x has no TSDoc",
    ],
  });
});

test("members of bases count once, and their TSDoc is that of what overrides them", () => {
  const text = `/** Base. */
declare class Base<T> {
    /** a */
    a: T;
    b: T;
}
/** C. */
export declare class C extends Base<Map<string, number>> implements Iterable<number> {
    a: number;
    b: number;
}
/** D. */
export declare class D extends Base<string> {
}
`;
  expect(check({ "a.d.ts": text }).findings).toEqual([
    "a.d.ts:5: Base.b has no TSDoc",
    "a.d.ts:10: C.b has no TSDoc",
  ]);
});

test("an export of what is declared nowhere is found", () => {
  const files = { "a.d.ts": `export { gone } from "./b.js";\n`, "b.d.ts": `export {};\n` };
  expect(check(files).findings).toEqual(["a.d.ts:1: gone is exported but declared nowhere"]);
});

test("what cannot be read is an error", () => {
  expect(() => check({ "a.d.ts": "declare enum E { A }\n" })).toThrow(/line 1: cannot read declare enum E/);
});
