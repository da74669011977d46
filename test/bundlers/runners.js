// Where what was built runs. Each gives the first line that the program prints.
import { execFileSync } from "node:child_process";
import { accessSync, constants, createReadStream, existsSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import { delimiter, extname, join, normalize } from "node:path";
import { Miniflare } from "miniflare";
import { chromium } from "playwright-core";
import { workerModules } from "../../scripts/workerModules.js";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];
// Containers have no user namespaces for the sandbox; the others keep it from calling home.
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript" };

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The path of the Chromium of the system, if there is one. */
export function findChromium() {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

/** Starts Chromium; `run` opens an address and waits for the first line that the page prints. */
export async function startChromium(executablePath) {
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  const run = async (address) => {
    const page = await browser.newPage();
    try {
      const printed = page.waitForEvent("console", {
        predicate: (message) => message.type() === "log",
        timeout: 30_000,
      });
      const [message] = await Promise.all([printed, page.goto(address)]);
      return message.text();
    } finally {
      await page.close();
    }
  };
  return { version: browser.version(), run, close: () => browser.close() };
}

/** Serves the files of a folder, with a Content-Security-Policy if one is given. */
export async function serve(folder, policy) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://127.0.0.1");
    const file = join(folder, normalize(pathname === "/" ? "/index.html" : pathname));
    if (!file.startsWith(folder) || !existsSync(file)) return response.writeHead(404).end();
    const headers = { "content-type": TYPES[extname(file)] ?? "application/octet-stream" };
    if (policy !== undefined) headers["content-security-policy"] = policy;
    response.writeHead(200, headers);
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { address: `http://127.0.0.1:${server.address().port}`, close };
}

/** Runs the program in a folder with this Node. */
export function runInNode(folder) {
  const program = ["program.js", "program.cjs"].find((name) => readdirSync(folder).includes(name));
  const options = { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] };
  return execFileSync(process.execPath, [join(folder, program)], options).split("\n")[0];
}

/** Asks the Worker in a folder. */
export async function runInWorkerd(folder) {
  const modules = workerModules(folder, "worker.js");
  const runtime = new Miniflare({ compatibilityDate: "2026-04-26", modules });
  try {
    return await (await runtime.dispatchFetch("http://worker.test/")).text();
  } finally {
    await runtime.dispose();
  }
}
