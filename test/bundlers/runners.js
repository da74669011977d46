// Where what was built runs. Each gives the first line that the program prints.
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { serve } from "../../scripts/support/server.js";
import { launchChromium } from "./chromium.js";
import { askWorker, workerModules } from "./workerd.js";

/** Starts Chromium; `run` opens an address and waits for the first line that the page prints. */
export async function startChromium() {
  const browser = await launchChromium();
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

/** Opens the page in a folder, with a Content-Security-Policy if one is given. */
export async function runPage(chromium, folder, policy) {
  const headers = policy === undefined ? {} : { "content-security-policy": policy };
  const { address, close } = await serve(folder, { headers });
  try {
    return await chromium.run(`${address}/`);
  } finally {
    close();
  }
}

/** Runs the program in a folder with this Node. */
export function runInNode(folder) {
  const program = ["program.js", "program.cjs"].find((name) => readdirSync(folder).includes(name));
  const options = { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] };
  return execFileSync(process.execPath, [join(folder, program)], options).split("\n")[0];
}

/** Asks the Worker in a folder. */
export function runInWorkerd(folder) {
  return askWorker(workerModules(folder, "worker.js"));
}
