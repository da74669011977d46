// The empty program in a web worker.
postMessage("ready");
