// What must hold of what a runtime reported. Each function says what is wrong, or nothing.
import { TRAININGS } from "./trainings/index.js";

/** So many tests there are at least: a suite that lost its tests would pass in every runtime. */
const FEWEST_TESTS = 49;

/**
 * Judges one run of the suite.
 *
 * @param suite what `runSuite` returned
 * @param row { build, hasRelaxed }: the build that was asked for, and whether the engine has relaxed SIMD
 * @param first the first report of all, whose tests and file the others must have too
 */
export function complaintOfSuite(suite, { build, hasRelaxed }, first) {
  const failed = suite.tests.filter(({ error }) => error !== undefined);
  if (failed.length > 0) {
    const list = failed.map(({ name, error }) => `\n  ${name}: ${error}`);
    return `${failed.length} of ${suite.tests.length} tests failed${list.join("")}`;
  }
  const names = JSON.stringify(suite.tests.map(({ name }) => name));
  if (suite.tests.length < FEWEST_TESTS) return `only ${suite.tests.length} tests ran`;
  if (names !== JSON.stringify(first.tests.map(({ name }) => name))) return "other tests ran than elsewhere";
  if (suite.build !== build) return `the build was ${suite.build}, not ${build}`;
  const expectedDefault = hasRelaxed ? "relaxed-simd" : "simd";
  if (suite.defaultBuild !== expectedDefault)
    return `the default is ${suite.defaultBuild}, not ${expectedDefault}`;
  for (const { name, recordedHash } of TRAININGS) {
    const hash = suite.hashes[name];
    if (hash !== recordedHash) return `${name}: weights have the hash ${hash}, not ${recordedHash}`;
  }
  if (suite.version !== first.version) return `Lanegrad ${suite.version} ran, elsewhere ${first.version}`;
  if (suite.fileHash !== first.fileHash)
    return `a saved model has other bytes: ${suite.fileHash}, not ${first.fileHash}`;
  return undefined;
}

/**
 * Judges what became of a training where something is missing or forbidden.
 *
 * @param outcome what `attempt` returned
 * @param expected { code, says } of the error; nothing if it must train
 */
export function complaintOfOutcome(outcome, expected) {
  if (expected === undefined) return outcome.trained ? undefined : `did not train: ${outcome.message}`;
  if (outcome.trained) return `trained, where ${expected.code} was expected`;
  if (!outcome.typed) return `not a LanegradError: ${outcome.message}`;
  if (outcome.code !== expected.code) return `${outcome.code}, not ${expected.code}: ${outcome.message}`;
  if (!expected.says.test(outcome.message))
    return `the message does not say ${expected.says}: ${outcome.message}`;
  return undefined;
}
