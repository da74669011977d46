// Runs the suite in a web worker, with the build that its address names.
import * as lanegrad from "lanegrad";
import { runSuite } from "../suite/index.js";

// So that the page hears of it: a promise that rejects is no error event of the worker.
addEventListener("unhandledrejection", ({ reason }) => {
  throw reason;
});
runSuite(lanegrad, new URLSearchParams(location.search).get("build")).then((report) => postMessage(report));
