import { describe, expect, it } from "vitest";
import { classNamed, nameOfClass, registerClass } from "../../src/saving/registry.js";
import type { RegisteredClass } from "../../src/saving/registry.js";
import { expectError } from "../preprocessing/expectError.js";

class Scale {
  constructor(readonly factor: number) {}
}
class Shift {
  readonly by = 1;
}

describe("registerClass", () => {
  it("finds a class by name and a name by class", () => {
    expect(classNamed("my/Scale")).toBeUndefined();
    expect(nameOfClass(Scale)).toBeUndefined();
    registerClass("my/Scale", Scale);
    expect(classNamed("my/Scale")).toBe(Scale);
    expect(nameOfClass(Scale)).toBe("my/Scale");
  });

  it("takes the same class again, and names that objects have", () => {
    registerClass("my/Scale", Scale);
    class Odd extends Shift {}
    registerClass("__proto__", Odd);
    expect(classNamed("__proto__")).toBe(Odd);
    expect(classNamed("constructor")).toBeUndefined();
  });

  it("gives a subclass no name of its parent", () => {
    registerClass("my/Scale", Scale);
    expect(nameOfClass(class extends Scale {})).toBeUndefined();
  });

  it("takes whatever new works on: old functions, bound classes", () => {
    registerClass("old style", function () {} as unknown as RegisteredClass);
    registerClass("bound", Shift.bind(null));
  });

  it("refuses an empty name or none", () => {
    expectError(() => registerClass("", Shift), "INVALID_OPTION", /not empty\. Received: name=""$/);
    expectError(() => registerClass(3 as unknown as string, Shift), "INVALID_OPTION", /Received: name=3$/);
  });

  it("refuses what new does not work on, without running it", () => {
    const never = () => expect.unreachable();
    const none = [
      never,
      async () => {},
      { method() {} }.method,
      new Shift(),
      "Shift",
      undefined,
      null,
      Math.max,
    ];
    for (const value of none) {
      const register = () => registerClass("none", value as unknown as RegisteredClass);
      expectError(register, "INVALID_OPTION", /registered as "none" must be a class/);
    }
    class Loud extends Shift {
      constructor() {
        super();
        expect.unreachable();
      }
    }
    registerClass("loud", Loud);
    expect(classNamed("none")).toBeUndefined();
  });

  it("refuses a second class for a name and a second name for a class, and changes nothing", () => {
    registerClass("my/Scale", Scale);
    class Other extends Shift {}
    expectError(
      () => registerClass("my/Scale", Other),
      "INVALID_OPTION",
      /"my\/Scale" belongs .* function Other$/,
    );
    expectError(() => registerClass("b", Scale), "INVALID_OPTION", /with, "my\/Scale"\. Received: name="b"$/);
    expect(classNamed("my/Scale")).toBe(Scale);
    expect(nameOfClass(Other)).toBeUndefined();
    expect(classNamed("b")).toBeUndefined();
  });
});
