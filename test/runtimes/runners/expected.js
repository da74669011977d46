// The errors that must come where something is missing, refused or forbidden: the code, and what the message says.
export const EXPECTED = {
  "no WebAssembly": { code: "UNSUPPORTED_RUNTIME", says: /Received: typeof WebAssembly = undefined$/ },
  "no SIMD": { code: "UNSUPPORTED_RUNTIME", says: /WebAssembly SIMD.*Received: an engine that rejects it$/ },
  "memory refused": { code: "OUT_OF_MEMORY", says: /the engine refused.*Received: / },
  "growth refused": { code: "OUT_OF_MEMORY", says: /must grow by.*the engine refused.*Received: / },
  "CSP script-src 'self'": { code: "UNSUPPORTED_RUNTIME", says: /'wasm-unsafe-eval'/ },
};
