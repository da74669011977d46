// Runs the suite in a web worker, with the build that its address names.
import { runSuite } from "../suite/index.js";

// So that the page hears of it: a promise that rejects is no error event of the worker.
addEventListener("unhandledrejection", ({ reason }) => {
  throw reason;
});
runSuite(new URLSearchParams(location.search).get("build")).then((report) => postMessage(report));
