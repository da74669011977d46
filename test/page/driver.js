// What a user does on the page, for the checks.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

const PATIENCE = 120_000;
/** Places in a row of the pad that the keyboard can reach, and where its cursor starts. */
const PLACES = 12;
const START = PLACES / 2;

/** Opens the page and remembers what goes wrong in it. */
export async function openPage(browser, url, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const complaints = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith("blob:"))
      complaints.push(`fetched ${request.url()}`);
  });
  await page.goto(url);
  return { page, complaints, close: () => context.close() };
}

/** Chooses a data set that comes with the page, and waits until it is there. */
export async function choose(page, source) {
  await page.check(`input[name="source"][value="${source}"]`);
  await page.waitForSelector("#train:enabled");
}

/** Hands in a file. */
export async function upload(page, selector, name, content) {
  await page.setInputFiles(selector, { name, mimeType: "text/csv", buffer: Buffer.from(content) });
}

/** Presses Train and waits for the end. */
export async function train(page) {
  await page.click("#train");
  await waitForEnd(page);
}

export async function waitForEnd(page) {
  await page.waitForFunction(
    () =>
      document.querySelector("#train").textContent === "Train again" &&
      !document.querySelector("#train").hidden,
  );
}

/** Sets numbers of the form by the ids of their fields. */
export async function set(page, values) {
  await page.evaluate(() => document.querySelector("#training-settings").setAttribute("open", ""));
  for (const [id, value] of Object.entries(values)) await page.fill(`#${id}`, String(value));
}

/** The number of an entry of the scores. */
export async function score(page, name) {
  const text = await page
    .locator(".scores div", { has: page.locator(`dt:text-is("${name}")`) })
    .locator("dd")
    .textContent();
  return Number.parseFloat(text);
}

/** The message in the box for problems. */
export async function problem(page) {
  await page.waitForSelector("#problem:visible");
  return page.textContent("#problem-text");
}

/** Draws lines on the pad with the mouse; places are shares of its size, in percent. */
export async function drawWithMouse(page, lines) {
  await page.click("#pad-clear");
  await page.locator("#pad").scrollIntoViewIfNeeded();
  const box = await page.locator("#pad").boundingBox();
  const place = ([x, y]) => [box.x + (x / 100) * box.width, box.y + (y / 100) * box.height];
  for (const [first, ...rest] of lines) {
    await page.mouse.move(...place(first));
    await page.mouse.down();
    for (const point of rest) await page.mouse.move(...place(point), { steps: 5 });
    await page.mouse.up();
  }
}

/** Draws lines on the pad with a finger. */
export async function drawWithFinger(page, lines) {
  await page.click("#pad-clear");
  await page.locator("#pad").scrollIntoViewIfNeeded();
  const box = await page.locator("#pad").boundingBox();
  const session = await page.context().newCDPSession(page);
  const touch = (type, point) =>
    session.send("Input.dispatchTouchEvent", {
      type,
      touchPoints:
        point === undefined
          ? []
          : [{ x: box.x + (point[0] / 100) * box.width, y: box.y + (point[1] / 100) * box.height }],
    });
  for (const [first, ...rest] of lines) {
    await touch("touchStart", first);
    for (const point of rest) await touch("touchMove", point);
    await touch("touchEnd");
  }
}

/** Draws lines with the keyboard; places are columns and rows from 0. */
export async function drawWithKeys(page, lines) {
  await page.click("#pad-clear");
  await page.focus("#pad");
  let [column, row] = [START, START];
  const go = async (key, times) => {
    for (let i = 0; i < times; i++) await page.keyboard.press(key);
  };
  for (const line of lines) {
    for (const [toColumn, toRow] of line) {
      await go(toColumn > column ? "ArrowRight" : "ArrowLeft", Math.abs(toColumn - column));
      await go(toRow > row ? "ArrowDown" : "ArrowUp", Math.abs(toRow - row));
      [column, row] = [toColumn, toRow];
      await page.keyboard.press(" ");
    }
    await page.keyboard.press("Enter");
  }
}

/** What the network takes the drawing for, once the answer no longer changes. */
export async function recognised(page) {
  let text = "";
  for (let same = 0; same < 3;) {
    await page.waitForTimeout(60);
    const now = await page.textContent("#verdict");
    same = now === text ? same + 1 : 0;
    text = now;
  }
  return text.split(",")[0];
}

/** Downloads the model; the bytes of the file. */
export async function download(page) {
  const [file] = await Promise.all([page.waitForEvent("download"), page.click("#save")]);
  assert.match(file.suggestedFilename(), /\.safetensors$/);
  return readFileSync(await file.path());
}

/** By how much the page is wider than the window. */
export function overflow(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** Starts to count frames and turns of the event loop; call the function returned to stop. */
export async function watchFrames(page) {
  await page.evaluate(() => {
    const watch = { frames: 0, turns: 0, longest: 0, last: performance.now(), isOn: true };
    const note = (kind) => {
      const now = performance.now();
      watch.longest = Math.max(watch.longest, now - watch.last);
      watch.last = now;
      watch[kind]++;
    };
    const frame = () => {
      note("frames");
      if (watch.isOn) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    watch.timer = setInterval(() => note("turns"), 10);
    globalThis.watch = watch;
  });
  return () =>
    page.evaluate(() => {
      const { watch } = globalThis;
      watch.isOn = false;
      clearInterval(watch.timer);
      return { frames: watch.frames, turns: watch.turns, longest: watch.longest };
    });
}
