// Drives a real browser through the page as a user would, and says what it found. Ends with status 1 if anything fails.
import assert from "node:assert/strict";
import { servePage } from "../../scripts/build/page.js";
import { launchChromium } from "../bundlers/chromium.js";
import {
  choose,
  download,
  drawWithFinger,
  drawWithKeys,
  drawWithMouse,
  openPage,
  overflow,
  problem,
  recognised,
  score,
  set,
  train,
  upload,
  waitForEnd,
  watchFrames,
} from "./driver.js";
import { BY_KEYS, BY_MOUSE } from "./drawings.js";
import { houses, longNames, looseEnds, points, tooLarge, UNREADABLE, UNTEACHABLE } from "./tables.js";

const browser = await launchChromium();
const server = await servePage();
const url = `${server.address}/`;
let failures = 0;
/** From one check to the next: the model that one downloads and another opens. */
let digitsModel;
let digitsBars;

/** Runs a check in a page of its own, which must not complain. */
async function check(name, options, body) {
  const { page, complaints, close } = await openPage(browser, options.url ?? url, options);
  try {
    const found = await body(page);
    if (!options.mayComplain) assert.deepEqual(complaints, [], "the console must be silent");
    console.log(`ok    ${name}${found === undefined ? "" : `: ${found}`}`);
  } catch (error) {
    failures++;
    console.log(`FAIL  ${name}: ${error.message}`);
  } finally {
    await close();
  }
}

/** The probabilities that are shown. */
function bars(page) {
  return page.locator(".bars").innerText();
}

await check("digits: trained to 94 % at least, drawn with the mouse", {}, async (page) => {
  await choose(page, "digits");
  assert.equal(await page.locator("#sample canvas").count(), 24);
  await train(page);
  const accuracy = await score(page, "Accuracy");
  assert.ok(accuracy >= 94, `accuracy ${accuracy} %`);
  assert.equal(await page.locator(".confusion tbody td").count(), 100);
  const wrong = [];
  for (const [digit, lines] of Object.entries(BY_MOUSE)) {
    await drawWithMouse(page, lines);
    const answer = await recognised(page);
    if (answer !== digit) wrong.push(`${digit} taken for ${answer}`);
  }
  assert.ok(wrong.length <= 1, wrong.join("; "));
  await drawWithMouse(page, BY_MOUSE[2]);
  assert.equal(await recognised(page), "2");
  digitsModel = await download(page);
  digitsBars = await bars(page);
  return `accuracy ${accuracy} %, ${10 - wrong.length} of 10 drawings recognised${wrong.length > 0 ? ` (${wrong})` : ""}`;
});

await check("digits: drawn with the keyboard alone", {}, async (page) => {
  await choose(page, "digits");
  await page.focus("#train");
  await page.keyboard.press("Enter");
  await waitForEnd(page);
  assert.equal(await page.evaluate(() => document.activeElement.id), "train", "the focus must not be lost");
  const answers = [];
  for (const [digit, lines] of Object.entries(BY_KEYS)) {
    await drawWithKeys(page, lines);
    answers.push(`${digit}${(await recognised(page)) === digit ? "" : "?"}`);
  }
  assert.ok(answers.filter((answer) => answer.endsWith("?")).length <= 1, answers.join(" "));
  await page.keyboard.press("Backspace");
  assert.match(await page.textContent("#announcement"), /taken back/);
  return `recognised ${answers.join(" ")}`;
});

await check(
  "digits: at the width of a phone, drawn with a finger",
  { viewport: { width: 375, height: 740 }, hasTouch: true, isMobile: true },
  async (page) => {
    await choose(page, "digits");
    assert.equal(await overflow(page), 0, "before training");
    await train(page);
    assert.equal(await overflow(page), 0, "after training");
    await drawWithFinger(page, BY_MOUSE[3]);
    assert.equal(await recognised(page), "3");
  },
);

await check("a model that was downloaded gives the same answers when it is opened", {}, async (page) => {
  await upload(page, "#model-file", "digits.safetensors", digitsModel);
  await page.waitForSelector("#results:visible");
  await drawWithMouse(page, BY_MOUSE[2]);
  assert.equal(await recognised(page), "2");
  assert.equal(await bars(page), digitsBars);
  assert.ok((await score(page, "Accuracy")) >= 94);
  return `${digitsModel.length} bytes`;
});

await check("stopped and resumed, a run ends with the same file as one that was not", {}, async (page) => {
  await choose(page, "digits");
  await set(page, { epochs: 600 });
  await page.click("#train");
  await page.waitForFunction(() => document.querySelector("#progress").value > 0.05);
  await page.click("#stop");
  await page.waitForSelector("#resume:visible");
  const stopped = await page.textContent("#progress-text");
  assert.match(stopped, /^Stopped after epoch \d+ of 600/);
  assert.equal(await page.locator("#epochs").isDisabled(), true);
  await page.click("#resume");
  await waitForEnd(page);
  const resumed = await download(page);
  await train(page);
  assert.ok(resumed.equals(await download(page)), "the files must be equal");
  await page.click("#reset");
  assert.equal(await page.locator("#results").isVisible(), false);
  assert.equal(await page.locator("#save").isDisabled(), true);
  return stopped.split(":")[0];
});

await check("the page goes on while a large network is trained", {}, async (page) => {
  await choose(page, "digits");
  await page.fill("#hidden-layers input", "512");
  await page.click("#add-layer");
  await set(page, { epochs: 25 });
  const stopWatching = await watchFrames(page);
  await page.click("#train");
  await page.waitForFunction(() => document.querySelector("#progress").value > 0);
  await page.click("summary");
  await waitForEnd(page);
  const { frames, turns, longest } = await stopWatching();
  const seconds = await page.textContent("#progress-text");
  assert.ok(frames >= 10 && turns >= 30, `${frames} frames, ${turns} turns`);
  assert.ok(longest < 1000, `nothing happened for ${longest} ms`);
  return `${frames} frames and ${turns} timers, longest gap ${longest.toFixed(0)} ms; ${seconds}`;
});

await check("iris: trained to 90 % at least; the form answers, and from a file too", {}, async (page) => {
  await choose(page, "iris");
  await train(page);
  const accuracy = await score(page, "Accuracy");
  assert.ok(accuracy >= 90, `accuracy ${accuracy} %`);
  const fill = async () => {
    const flower = ["5.0", "3.4", "1.5", "0.2"];
    for (const [i, value] of flower.entries()) await page.locator("#try-body input").nth(i).fill(value);
    assert.equal(await recognised(page), "setosa");
    return bars(page);
  };
  const before = await fill();
  const file = await download(page);
  await page.click("#reset");
  await upload(page, "#model-file", "iris.safetensors", file);
  await page.waitForSelector("#results:visible");
  assert.equal(await fill(), before);
  assert.equal(await score(page, "Accuracy"), accuracy);
  return `accuracy ${accuracy} %`;
});

await check("a table with a header: a number is learnt, and gaps and words are told of", {}, async (page) => {
  await page.check('input[value="file"]');
  await upload(page, "#csv-file", "houses.csv", houses());
  await page.waitForSelector("#train:enabled");
  assert.equal(await page.locator("#has-header").isChecked(), true);
  assert.equal(await page.locator("#label-column option:checked").textContent(), "price");
  assert.equal(await page.locator('input[name="kind"][value="number"]').isChecked(), true);
  await train(page);
  const r2 = await score(page, "R²");
  assert.ok(r2 > 0.9, `R² ${r2}`);
  assert.match(await page.textContent("#notices"), /“town” holds text.*4 of 240 rows/);
  assert.ok((await page.locator(".scatter .dot").count()) > 40);
  const said = await page.textContent("#verdict");
  const file = await download(page);
  await page.click("#reset");
  await upload(page, "#model-file", "houses.safetensors", file);
  await page.waitForSelector("#try:visible");
  assert.equal(await recognised(page), said);
  await page.click("#reset");
  await page.selectOption("#label-column", { label: "town" });
  assert.equal(await page.locator('input[name="kind"][value="class"]').isChecked(), true);
  await train(page);
  assert.equal(await page.locator(".confusion tbody tr").count(), 3);
  return `R² ${r2}`;
});

await check("a table without a header: classes are learnt", {}, async (page) => {
  await page.check('input[value="file"]');
  await upload(page, "#csv-file", "points.csv", points());
  await page.waitForSelector("#train:enabled");
  assert.equal(await page.locator("#has-header").isChecked(), false);
  await train(page);
  const accuracy = await score(page, "Accuracy");
  assert.ok(accuracy > 85, `accuracy ${accuracy} %`);
  return `accuracy ${accuracy} %`;
});

await check(
  "gaps and empty columns are no classes; names of a table stay with its header",
  {},
  async (page) => {
    await page.check('input[value="file"]');
    await upload(page, "#csv-file", "loose.csv", looseEnds());
    await page.waitForSelector("#train:enabled");
    assert.equal(await page.locator("#label-column option:checked").textContent(), "c");
    assert.match(await page.textContent("#shape"), /^1 →.* 2$/);
    await train(page);
    assert.match(await page.textContent("#notices"), /“0,5” in row 2.*decimal point.*10 of 30 rows/);
    await page.uncheck("#has-header");
    await page.waitForFunction(() =>
      document.querySelector("#progress-text").textContent.startsWith("31 rows"),
    );
    assert.equal(await page.locator("#results").isVisible(), false);
    assert.equal(await page.locator("#save").isDisabled(), true);
    await page.selectOption("#label-column", { index: 3 });
    await page.click("#train");
    assert.match(await problem(page), /“column 4” is empty/);
  },
);

await check("long names stay inside the page", { viewport: { width: 390, height: 844 } }, async (page) => {
  await page.check('input[value="file"]');
  await upload(page, "#csv-file", `${"x".repeat(200)}.csv`, longNames());
  await page.waitForSelector("#train:enabled");
  await train(page);
  await download(page);
  assert.equal(await overflow(page), 0, "classes");
  await page.click("#reset");
  await page.selectOption("#label-column", { index: 1 });
  await page.check('input[name="kind"][value="number"]');
  await train(page);
  assert.equal(await overflow(page), 0, "a number");
  const left = await page.locator(".scatter .axis-name").evaluate((text) => text.getBBox().x);
  assert.ok(left >= 0, `the name of the axis begins at ${left}`);
});

await check("what was chosen last counts, however long the data before it takes", {}, async (page) => {
  await choose(page, "digits");
  await page.evaluate(() => {
    for (const source of ["iris", "file"]) document.querySelector(`input[value="${source}"]`).click();
  });
  await page.waitForTimeout(500);
  assert.equal(await page.textContent("#progress-text"), "Choose a CSV file first.");
  assert.equal(await page.locator("#train").isDisabled(), true);
  assert.equal(await page.locator("#table-options").isVisible(), false);
  let fail;
  await page
    .context()
    .route("**/iris.csv", (route) => new Promise((resolve) => (fail = () => resolve(route.abort()))));
  await page.check('input[value="iris"]');
  await page.check('input[value="file"]');
  await upload(page, "#csv-file", "points.csv", points());
  await page.waitForSelector("#train:enabled");
  fail();
  await page.waitForTimeout(500);
  assert.equal(await page.locator("#problem").isVisible(), false);
  assert.equal(await page.textContent("#progress-text"), "120 rows are ready.");
});

await check("files that cannot be used are explained", {}, async (page) => {
  await page.check('input[value="file"]');
  for (const [name, content, expected] of [...UNREADABLE, ...UNTEACHABLE]) {
    await page.evaluate(() => document.querySelector("#problem").setAttribute("hidden", ""));
    await upload(page, "#csv-file", "table.csv", content);
    if (UNTEACHABLE.some(([each]) => each === name)) await page.click("#train:enabled");
    assert.match(await problem(page), expected, name);
    assert.equal(await page.locator("#data").isDisabled(), false, name);
  }
  await page.click("#problem-close");
  await upload(page, "#model-file", "model.safetensors", "no model");
  assert.match(await problem(page), /Choose one that “Download model” has made.*safetensors/);
  const damaged = Buffer.from(digitsModel);
  damaged.write("zigits", damaged.indexOf('digits\\"'));
  await upload(page, "#model-file", "model.safetensors", damaged);
  await page.waitForFunction(() => document.querySelector("#problem-text").textContent.includes("damaged"));
  await choose(page, "iris");
  await train(page);
  return `${UNREADABLE.length + UNTEACHABLE.length} tables, 2 models; the page works on`;
});

await check("a loss that is no number is no success", { mayComplain: true }, async (page) => {
  await page.check('input[value="file"]');
  await upload(page, "#csv-file", "large.csv", tooLarge());
  await page.click("#train:enabled");
  assert.match(await problem(page), /no longer a number in epoch 1.*lower learning rate, or smaller numbers/);
  assert.equal(await page.locator("#results").isVisible(), false);
  assert.equal(await page.locator("#save").isDisabled(), true);
});

await check("a wrong setting is shown, also in a folded part", {}, async (page) => {
  await choose(page, "iris");
  await set(page, { epochs: 0 });
  await page.click("summary");
  await page.click("#train");
  await page.waitForSelector("#epochs:visible");
  assert.equal(await page.evaluate(() => document.activeElement.id), "epochs");
});

await check("all settings can be reached beside a long page", {}, async (page) => {
  await choose(page, "digits");
  await set(page, { epochs: 1 });
  for (let i = 0; i < 4; i++) await page.click("#add-layer");
  await train(page);
  assert.match(await page.textContent("#progress-text"), /^1 epoch in/);
  await page.mouse.move(1000, 500);
  await page.mouse.wheel(0, 600);
  await page.waitForFunction(() => scrollY >= 500);
  const bottom = await page.evaluate(
    () => document.querySelector("#validation").getBoundingClientRect().bottom,
  );
  assert.ok(bottom < 900, `the last field ends at ${bottom} of 900 pixels`);
  await page.fill("#epochs", "");
  assert.equal(await page.textContent("#training-brief"), "");
});

await check("everything has a name, and the page its width", {}, async (page) => {
  await choose(page, "digits");
  await train(page);
  assert.equal(await overflow(page), 0);
  const nameless = await page.evaluate(() =>
    Array.from(
      document.querySelectorAll("input, select, button, canvas, [role=region], [role=img], progress"),
    )
      .filter((element) => element.checkVisibility())
      .filter((element) => {
        const labelled =
          element.getAttribute("aria-label") ?? element.labels?.[0]?.textContent ?? element.textContent;
        return labelled.trim() === "";
      })
      .map((element) => element.outerHTML.slice(0, 100)),
  );
  assert.deepEqual(nameless, []);
});

await check("the page's policy stops scripts written into it", { mayComplain: true }, async (page) => {
  await choose(page, "digits");
  const hasRun = await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "globalThis.hasRun = true";
    document.body.append(script);
    return globalThis.hasRun === true;
  });
  assert.equal(hasRun, false);
});

const headers = { "content-security-policy": "default-src 'self'; script-src 'self'" };
const strict = await servePage({ headers });
const strictUrl = `${strict.address}/`;
await check(
  "where a policy forbids WebAssembly the page says so",
  { url: strictUrl, mayComplain: true },
  async (page) => {
    assert.match(await problem(page), /'wasm-unsafe-eval'/);
    await page.waitForSelector("#sample canvas");
    assert.equal(await page.locator("#train").isDisabled(), true);
  },
);

await browser.close();
server.close();
strict.close();
process.exitCode = failures === 0 ? 0 : 1;
