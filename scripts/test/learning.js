// npm run learning [-- --quick]: trains networks on real data, seed after seed, and fails where they
// learn less on average than a floor. The floors of dense networks come from ten PyTorch runs of each recipe, the others
// from what is asked of them.
//
// All dense networks: Adam, batches of 32, Glorot uniform weights, ReLU hidden layers. With --quick there are
// three seeds, and a floor that leaves room for the noise of so few.
import { begin } from "../setup.js";

const SEEDS = 10;
const QUICK_SEEDS = 3;

const given = begin("npm run learning", "networks on real data must learn what they should", ["--quick"]);
const { recipes } = await import("./learning/recipes.js");
const { backend } = await import("lanegrad");

const isQuick = given.includes("--quick");
const longest = isQuick ? QUICK_SEEDS : SEEDS;
console.log(`Training each network with up to ${longest} seeds on the ${backend().name} build.\n`);
console.log(`${"recipe".padEnd(36)} score      mean   least    most   floor  seconds`);

let failed = 0;
for (const { name, score, floor, spread, run, mostSeeds = SEEDS } of recipes) {
  const seeds = Math.min(mostSeeds, longest);
  const start = performance.now();
  const results = [];
  for (let seed = 0; seed < seeds; seed++) results.push(await run(seed));
  const seconds = (performance.now() - start) / 1000;
  const mean = results.reduce((sum, result) => sum + result, 0) / seeds;
  // Two standard errors below, where few seeds make the mean uncertain.
  const wanted = isQuick ? floor - (2 * spread) / Math.sqrt(seeds) : floor;
  const numbers = [mean, Math.min(...results), Math.max(...results), wanted].map((value) =>
    value.toFixed(4).padStart(7),
  );
  const isReached = mean >= wanted;
  if (!isReached) failed++;
  console.log(
    `${name.padEnd(36)} ${score.padEnd(8)} ${numbers.join(" ")} ${seconds.toFixed(1).padStart(8)}${isReached ? "" : "  below the floor"}`,
  );
}
console.log(`\n${recipes.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
