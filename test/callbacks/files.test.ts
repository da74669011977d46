import { callbacks } from "lanegrad";
import { csvSink, fileSink, readModelFile, writeModelFile } from "lanegrad/files";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { codeOf } from "../support/data.js";
import { drive, regression, stubModel, x, y } from "./support.js";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lanegrad-callbacks-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const bytes = Uint8Array.of(1, 2, 3);

describe("model files", () => {
  test("come back as they were written, and replace older ones", async () => {
    const path = join(folder, "deep", "er", "net.bin");
    await writeModelFile(path, Uint8Array.of(9, 9, 9, 9));
    await writeModelFile(path, bytes);
    const read = await readModelFile(path);
    expect(read.constructor).toBe(Uint8Array);
    expect(read).toEqual(bytes);
    expect(await readdir(join(folder, "deep", "er"))).toEqual(["net.bin"]);
  });

  test("a file that cannot be written leaves the one before, and no rest", async () => {
    const path = join(folder, "net.bin");
    await writeModelFile(path, bytes);
    await expect(writeModelFile(path, 3 as never)).rejects.toThrow();
    expect(await readModelFile(path)).toEqual(bytes);
    await mkdir(join(folder, "taken"));
    await expect(writeModelFile(join(folder, "taken"), bytes)).rejects.toThrow();
    expect((await readdir(folder)).sort()).toEqual(["net.bin", "taken"]);
  });

  test("a file that is not there rejects", async () => {
    await expect(readModelFile(join(folder, "none"))).rejects.toMatchObject({ code: "ENOENT" });
  });
});

describe("file sink", () => {
  /** The name that a template gives, expected ones as Python's str.format makes them. */
  async function nameOf(template: string): Promise<string> {
    const info = { epoch: 6, batch: 2, logs: { val_loss: 0.12678, big: 1234.5, low: -0.5 } };
    await fileSink(join(folder, template))(bytes, info);
    const [name] = await readdir(folder);
    await rm(join(folder, name));
    return name;
  }

  test("fields are filled in as in Keras: epochs and batches from 1", async () => {
    expect(await nameOf("a")).toBe("a");
    expect(await nameOf("a-{epoch}-{batch}")).toBe("a-7-3");
    expect(await nameOf("a-{epoch:02d}-{val_loss:.2f}.keras")).toBe("a-07-0.13.keras");
    expect(await nameOf("{{{epoch:4d}}}")).toBe("{   7}");
    expect(await nameOf("{big:.1e} {low:06.2f} {low:f} {big:010.3f}")).toBe(
      "1.2e+03 -00.50 -0.500000 001234.500",
    );
    expect(await nameOf("{val_loss}")).toBe("0.12678");
  });

  test("wrong fields are errors", async () => {
    for (const wrong of ["{epoch", "epoch}", "{epoch:x}", "{}", "{0}", "", 3]) {
      expect(codeOf(() => fileSink(wrong as string))).toBe("INVALID_OPTION");
    }
    const sink = fileSink(join(folder, "{val_los:.2f}"));
    await expect(sink(bytes, { epoch: 0, logs: { val_loss: 1 } })).rejects.toMatchObject({
      code: "UNKNOWN_NAME",
    });
  });

  test("takes the checkpoints of a fit", async () => {
    const net = Object.assign(regression(), { save: stubModel().save });
    const save = fileSink(join(folder, "runs", "{epoch:03d}"));
    await net.fit(x, y, { epochs: 2, callbacks: [callbacks.modelCheckpoint({ save })] });
    expect(await readdir(join(folder, "runs"))).toEqual(["001", "002"]);
    expect(await readModelFile(join(folder, "runs", "001"))).toEqual(Uint8Array.of(1));
  });
});

describe("csv sink", () => {
  const logs = [{ loss: 1, val_loss: 2 }];
  const table = "epoch,loss,val_loss\n0,1,2\n";

  test("begins anew with each fit", async () => {
    const path = join(folder, "new", "log.csv");
    const logger = callbacks.csvLogger(csvSink(path));
    await drive(logger, logs);
    await drive(logger, logs);
    expect(await readFile(path, "utf8")).toBe(table);
  });

  test("append goes on with what is there, and writes a header where nothing is", async () => {
    const path = join(folder, "log.csv");
    for (const options of [
      { ...csvSink(path, { append: true }), separator: "," },
      { ...csvSink(path), append: true },
    ]) {
      const logger = callbacks.csvLogger(options);
      await writeFile(path, "");
      await drive(logger, logs);
      await drive(logger, logs);
      expect(await readFile(path, "utf8")).toBe(`${table}0,1,2\n`);
    }
  });

  test("options are checked", () => {
    expect(codeOf(() => csvSink("a", { apend: true } as never))).toBe("UNKNOWN_OPTION");
    expect(codeOf(() => csvSink("" as never))).toBe("INVALID_OPTION");
  });
});
