// The first prediction in a web worker.
import "./firstPrediction.js";

postMessage("ready");
