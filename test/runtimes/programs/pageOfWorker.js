// Starts the module worker that the address of the page names. `result` is the worker's first message, or where the
// address names no build for it the milliseconds until that came.
const parameters = new URLSearchParams(location.search);

function startWorker() {
  const start = performance.now();
  const worker = new Worker(`/site/${parameters.get("worker")}.js`, { type: "module" });
  return new Promise((resolve, reject) => {
    worker.addEventListener("error", ({ message }) => reject(new Error(`the worker failed: ${message}`)));
    worker.addEventListener("message", ({ data }) => {
      resolve(parameters.has("build") ? data : performance.now() - start);
    });
    if (parameters.has("build")) worker.postMessage(parameters.get("build"));
  });
}

globalThis.result = startWorker();
