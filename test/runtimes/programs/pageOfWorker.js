// Starts the module worker that the address of the page names, and awaits its first message: the report of the suite for
// the build that is named too, or else nothing, and `result` is the milliseconds until it came.
const parameters = new URLSearchParams(location.search);

function startWorker() {
  const start = performance.now();
  const worker = new Worker(`/site/${parameters.get("worker")}.js${location.search}`, { type: "module" });
  return new Promise((resolve, reject) => {
    worker.addEventListener("error", ({ message }) => reject(new Error(`the worker failed: ${message}`)));
    worker.addEventListener("message", ({ data }) => {
      resolve(parameters.has("build") ? data : performance.now() - start);
    });
  });
}

globalThis.result = startWorker();
