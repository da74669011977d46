// Brings lanegrad/slim its kernels: all families in both builds.
import { useKernels } from "lanegrad/slim";
// Written by runners/prepare.js.
import { FILES } from "./kernelFiles.js";

/** `source` gives for the name of a file its bytes, its module or its URL. */
export async function bringKernels(source) {
  for (const build of ["simd", "relaxed-simd"]) {
    const files = FILES.filter((file) => file.endsWith(`.${build}.wasm`));
    await useKernels(Object.fromEntries(files.map((file) => [file.split(".")[0], source(file)])));
  }
}
