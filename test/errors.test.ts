// How errors show what they received, which may be anything.
import { describe, expect, test } from "vitest";
import { nearest, show } from "../src/errors.js";

/** As JSON.parse makes it of a hostile file. */
function parsed(text: string): unknown {
  return JSON.parse(text);
}

describe("show", () => {
  class Mine {
    readonly a = 1;
  }
  class Named {
    static readonly name = 3;
    readonly a = 1;
  }
  const throwing = {
    get x(): never {
      throw new Error("no");
    },
  };
  const forged = new Proxy({}, { getPrototypeOf: () => { throw new Error("no"); } }); // prettier-ignore
  const cases: [string, unknown, string][] = [
    ["a text", "a\n", '"a\\n"'],
    ["a long text", "x".repeat(100), `"${"x".repeat(59)}...`],
    ["a number", NaN, "NaN"],
    ["a big integer", 3n, "3n"],
    ["a symbol", Symbol("s"), "Symbol(s)"],
    ["undefined", undefined, "undefined"],
    ["an array", [1, [2]], "[1,[2]]"],
    ["an object", { a: 1 }, '{"a":1}'],
    ["an object without a prototype", Object.create(null), "{}"],
    ["a typed array", new Float32Array(3), "Float32Array(3)"],
    ["an object of a class", new Mine(), "a Mine"],
    ["a class", Mine, "function Mine"],
    ["a class with a member of that name", Named, "function (anonymous)"],
    ["an object of that class", new Named(), '{"a":1}'],
    ["a forged class", parsed('{"constructor":{"name":"Float32Array"}}'), '{"constructor":{"name":"Float32Array"}}'],
    ["a class whose name is no text", parsed('{"constructor":{"name":{"toString":1}}}'), '{"constructor":{"name":{"toString":1}}}'],
    ["no class", parsed('{"constructor":null}'), '{"constructor":null}'],
    ["no toString", parsed('{"toString":1,"toJSON":2}'), '{"toString":1,"toJSON":2}'],
    ["a key __proto__", parsed('{"__proto__":{"constructor":1}}'), '{"__proto__":{"constructor":1}}'],
    ["arrays too deep for the stack", parsed("[".repeat(100_000) + "]".repeat(100_000)), "an array of 1"],
    ["objects too deep for the stack", parsed('{"a":'.repeat(100_000) + "0" + "}".repeat(100_000)), "an object"],
    ["a getter that throws", throwing, "an object"],
    ["a big integer inside", [1n], "an array of 1"],
    ["a proxy that throws", forged, "an object"],
  ]; // prettier-ignore
  test.each(cases)("%s", (_, value, expected) => expect(show(value)).toBe(expected));
});

test("no guess is made for names that nobody would misspell", () => {
  const start = performance.now();
  expect(nearest("a".repeat(10_000_000), ["a".repeat(60)])).toBeUndefined();
  expect(performance.now() - start).toBeLessThan(100);
});
