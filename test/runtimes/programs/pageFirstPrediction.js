// Milliseconds from the start of loading a page to the first prediction.
import "./firstPrediction.js";

globalThis.result = performance.now();
