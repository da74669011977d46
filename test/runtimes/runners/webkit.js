// WebKitGTK's MiniBrowser on a display of its own, driven by plain W3C WebDriver over HTTP. Version 2.50 has SIMD and
// no relaxed SIMD.
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { executable, howToGet } from "../../../scripts/support/browsers.js";
import { awaitResult, browserRuntime } from "./pages.js";

const DRIVER = ["WebKitWebDriver"];
const DISPLAY = ["Xvfb"];
const TIME_LIMIT = 120_000;

/** Starts a display of the first number that is free, which it prints. */
function startDisplay() {
  const display = spawn(
    executable(DISPLAY),
    ["-displayfd", "1", "-screen", "0", "1024x768x24", "-nolisten", "tcp"],
    {
      stdio: ["ignore", "pipe", "ignore"],
    },
  );
  const number = new Promise((resolve, reject) => {
    display.once("error", reject);
    display.once("exit", () => reject(new Error("Xvfb ended before it had a display")));
    display.stdout.once("data", (line) => resolve(String(line).trim()));
  });
  return { display, number };
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** A command of WebDriver. */
async function command(address, method, path, body) {
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  const options = { method, ...content, headers: { "content-type": "application/json" } };
  const response = await fetch(`${address}${path}`, { ...options, signal: AbortSignal.timeout(TIME_LIMIT) });
  const { value } = await response.json();
  if (!response.ok) throw new Error(`WebDriver ${method} ${path}: ${value.error}: ${value.message}`);
  return value;
}

async function untilItAnswers(address) {
  for (let attempt = 0; attempt < 100; attempt++) {
    try {
      return await command(address, "GET", "/status");
    } catch {
      await new Promise((resolve) => {
        setTimeout(resolve, 50);
      });
    }
  }
  throw new Error("WebKitWebDriver does not answer");
}

const AWAIT_RESULT = `
  const done = arguments[arguments.length - 1];
  (${awaitResult})().then(
    (value) => done({ value: JSON.stringify(value) }),
    (error) => done({ error: String(error) }),
  );`;

/** Opens addresses in one session, one after the other. */
function opener(session) {
  return async (address) => {
    await command(session, "POST", "/url", { url: address });
    const { value, error } = await command(session, "POST", "/execute/async", {
      script: AWAIT_RESULT,
      args: [],
    });
    if (error !== undefined) throw new Error(error);
    return JSON.parse(value);
  };
}

async function launch(site, environment = {}) {
  const { display, number } = startDisplay();
  let driver;
  const end = () => {
    driver?.kill();
    display.kill();
  };
  try {
    const port = await freePort();
    const own = { DISPLAY: `:${await number}`, HOME: site.folder, LIBGL_ALWAYS_SOFTWARE: "1" };
    const env = { ...process.env, ...own, ...environment };
    driver = spawn(executable(DRIVER), [`--port=${port}`], { env, stdio: "ignore" });
    const address = `http://127.0.0.1:${port}`;
    await untilItAnswers(address);
    const { sessionId, capabilities } = await command(address, "POST", "/session", {
      capabilities: { alwaysMatch: { timeouts: { script: TIME_LIMIT } } },
    });
    const session = `${address}/session/${sessionId}`;
    const close = async () => {
      await command(session, "DELETE", "").finally(end);
    };
    return { name: `WebKitGTK ${capabilities.browserVersion}`, open: opener(session), close };
  } catch (error) {
    end();
    throw error;
  }
}

export const webkit = browserRuntime({
  id: "webkit",
  title: "WebKitGTK",
  missing: () => (executable(DRIVER) && executable(DISPLAY) ? undefined : howToGet("webkit2gtk-driver xvfb")),
  hasRelaxed: false,
  lacks: { "no WebAssembly": { JSC_useWasm: "0" }, "no SIMD": { JSC_useWasmSIMD: "0" } },
  launch,
});
