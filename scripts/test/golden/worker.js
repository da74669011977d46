// Runs every case of every file of a folder in one build of the kernels, and hands the results to
// the process that started it: node worker.js <build> <golden folder> <data folder>...
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { backend, configure } from "lanegrad";
import { activationRuns } from "./activations.js";
import { Case, MissingPart } from "./case.js";
import { convolutionRuns } from "./convolution.js";
import { initializerRuns } from "./initializers.js";
import { layerRuns } from "./layers.js";
import { lossRuns } from "./losses.js";
import { optimizerRuns } from "./optimizers.js";
import { preprocessingRuns } from "./preprocessing.js";
import { prngRuns } from "./prng.js";
import { recurrentRuns } from "./recurrent.js";
import { scoreRuns } from "./scores.js";
import { trainingRuns } from "./training.js";

const [build, goldenFolder, ...dataFolders] = process.argv.slice(2);
const runs = {
  ...prngRuns,
  ...activationRuns,
  ...layerRuns,
  ...convolutionRuns,
  ...lossRuns,
  ...optimizerRuns,
  ...initializerRuns,
  ...trainingRuns,
  ...scoreRuns,
  ...preprocessingRuns,
  ...recurrentRuns,
};

function runCase(definition, file) {
  const testCase = new Case(definition, file, dataFolders);
  try {
    if (!Object.hasOwn(runs, testCase.op)) throw new Error(`unknown op ${testCase.op}`);
    runs[testCase.op](testCase);
    testCase.checkAllRead();
  } catch (error) {
    if (error instanceof MissingPart) return { name: testCase.name, missing: error.message };
    testCase.fail(error.message);
  }
  return { name: testCase.name, failures: testCase.failures };
}

configure({ build });
if (backend().name !== build) throw new Error(`the build is ${backend().name}, not ${build}`);
for (const entry of readdirSync(goldenFolder)
  .filter((name) => name.endsWith(".json"))
  .sort()) {
  const file = JSON.parse(readFileSync(join(goldenFolder, entry), "utf8"));
  process.send({ file: file.name, results: file.cases.map((definition) => runCase(definition, file)) });
}
