// Milliseconds from the start of loading a page to the end of an empty program.
globalThis.result = performance.now();
