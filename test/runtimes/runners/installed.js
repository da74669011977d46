// Where npm put the runtimes that run a program as a process: the packages of the platforms, not those with scripts that
// copy them, so that nothing need run at installation.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const installed = join(dirname(dirname(fileURLToPath(import.meta.url))), "node_modules");
const { platform, arch } = process;
const dotExe = platform === "win32" ? ".exe" : "";
const bunIn = `${platform === "win32" ? "windows" : platform}-${{ arm64: "aarch64", x64: "x64" }[arch]}`;
const denoIn = platform === "linux" ? `linux-${arch}-glibc` : `${platform}-${arch}`;

export function nodeCommand(major) {
  const folder = platform === "win32" ? `node${major}-win32-x64` : `node${major}-${platform}-${arch}/bin`;
  return join(installed, folder, `node${dotExe}`);
}

export const denoCommand = join(installed, "@deno", denoIn, `deno${dotExe}`);
export const bunCommand = join(installed, "@oven", `bun-${bunIn}`, "bin", `bun${dotExe}`);
