// npm run test:page: builds the example page and drives Chromium through it as a user would.
// CHROMIUM names another browser than the one in its usual place.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { buildPage } from "./page.js";
import { build, install, root, run, unlessDone } from "./setup.js";

const folder = join(root, "test", "page");
const browser = process.env.CHROMIUM ?? "/usr/bin/chromium";
const onWindows = process.platform === "win32";

if (!existsSync(browser)) {
  console.error(
    `The page is tested in Chromium, which is not at ${browser}. On Debian: apt-get install -y chromium. Elsewhere: CHROMIUM=/path/to/chromium npm run test:page.`,
  );
  process.exit(1);
}
install();
build();
unlessDone("page-test", ["test/page/package-lock.json"], "test/page/node_modules/playwright-core", () => {
  console.log("Installing what drives the browser (npm ci in test/page) ...");
  run(onWindows ? "npm.cmd" : "npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: folder,
    shell: onWindows,
  });
});
await buildPage();
const { status } = spawnSync(process.execPath, [join(folder, "program.js"), browser], { stdio: "inherit" });
process.exit(status ?? 1);
