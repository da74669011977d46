// Brings lanegrad/slim its kernels: all families in both builds. Damaged ones are tried before.
import { useKernels, version } from "lanegrad/slim";
// Written by runners/prepare.js.
import { FILES } from "./kernelFiles.js";

/** No WebAssembly (a section of code that ends before it begins), with the mark of kernels of this version. */
function damagedKernels() {
  const mark = `\x08lanegradcore simd ${version}`;
  const bytes = Array.from(mark, (letter) => letter.charCodeAt(0));
  return Uint8Array.from([0, 97, 115, 109, 1, 0, 0, 0, 10, 1, 5, 0, bytes.length, ...bytes]);
}

/** Throws unless they are refused as a damaged file, in runtimes that compile nothing too. */
async function refuseDamage() {
  const { code, message } = await useKernels({ core: Promise.resolve(damagedKernels()) }).then(
    () => ({ code: "no error" }),
    (error) => error,
  );
  if (code !== "INVALID_FILE" || !/core\.simd\.wasm are damaged: .*Received: \w*Error/.test(message)) {
    throw new Error(`damaged kernels: expected INVALID_FILE, received ${code}: ${message}`);
  }
}

/** `source` gives for the name of a file its bytes, its module or its URL. */
export async function bringKernels(source) {
  await refuseDamage();
  for (const build of ["simd", "relaxed-simd"]) {
    const files = FILES.filter((file) => file.endsWith(`.${build}.wasm`));
    await useKernels(Object.fromEntries(files.map((file) => [file.split(".")[0], source(file)])));
  }
}
