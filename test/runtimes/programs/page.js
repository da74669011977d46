// Runs the suite in a page, with the build that its address names. The driver of the browser awaits `result`.
import * as lanegrad from "lanegrad";
import { runSuite } from "../suite/index.js";

globalThis.result = runSuite(lanegrad, new URLSearchParams(location.search).get("build"));
