// What the Worker of examples/edge must refuse, and how: for the tests of its handler in Node and of itself in workerd.

const blank = Array(64).fill(0);
const json = { "content-type": "application/json" };

const predict = (body, headers = json) => ({ path: "/predict", init: { method: "POST", headers, body } });
const pixels = (values) => predict(JSON.stringify({ pixels: values }));
/** The pixels as JSON, the one at 3 replaced by this text. */
const third = (text) => predict(`{"pixels":[0,0,0,${text}${",0".repeat(60)}]}`);

/** A body of 40 KB that does not say how long it is. */
function stream() {
  const part = new TextEncoder().encode(`${" ".repeat(1023)}\n`);
  let left = 40;
  const pull = (controller) => (left-- > 0 ? controller.enqueue(part) : controller.close());
  return new ReadableStream({ pull });
}

function streamed() {
  const { path, init } = predict(stream());
  return { path, init: { ...init, duplex: "half" } };
}

/** `request` is a function: a stream can be sent once. */
export const REFUSED = [
  {
    what: "an unknown path",
    request: () => ({ path: "/x", init: {} }),
    status: 404,
    error: /POST \/predict/,
  },
  {
    what: "GET /predict",
    request: () => ({ path: "/predict", init: {} }),
    status: 405,
    error: /must be POST/,
  },
  {
    what: "POST /",
    request: () => ({ path: "/", init: { method: "POST" } }),
    status: 405,
    error: /GET or HEAD/,
  },
  { what: "no content type", request: () => predict("{}", {}), status: 415, error: /application\/json/ },
  {
    what: "another content type",
    request: () => predict("{}", { "content-type": "text/json" }),
    status: 415,
    error: /application\/json/,
  },
  { what: "no body", request: () => predict(""), status: 400, error: /must be JSON/ },
  { what: "bad JSON", request: () => predict('{"pixels":[0,'), status: 400, error: /must be JSON/ },
  { what: "NaN, which JSON does not have", request: () => third("NaN"), status: 400, error: /must be JSON/ },
  {
    what: "bytes that are no UTF-8",
    request: () => predict(new Uint8Array([0x22, 0xff, 0x22])),
    status: 400,
    error: /UTF-8/,
  },
  { what: "JSON that is null", request: () => predict("null"), status: 400, error: /Received: no array/ },
  { what: "an array alone", request: () => predict(JSON.stringify(blank)), status: 400, error: /no array/ },
  { what: "a misspelt key", request: () => predict('{"pixel":[]}'), status: 400, error: /no array/ },
  { what: "pixels that are a text", request: () => pixels("0".repeat(64)), status: 400, error: /no array/ },
  { what: "63 pixels", request: () => pixels(blank.slice(1)), status: 400, error: /Received: 63 values/ },
  { what: "65 pixels", request: () => pixels([...blank, 0]), status: 400, error: /Received: 65 values/ },
  { what: "rows of pixels", request: () => pixels(blank.map(() => [0])), status: 400, error: /pixels\[0\]/ },
  { what: "null", request: () => third("null"), status: 400, error: /pixels\[3\] .* Received: null/ },
  { what: "a text", request: () => third('"1"'), status: 400, error: /pixels\[3\] .* Received: "1"/ },
  { what: "infinity", request: () => third("1e999"), status: 400, error: /Received: Infinity/ },
  { what: "a pixel below 0", request: () => third("-0.5"), status: 400, error: /Received: -0.5/ },
  { what: "a pixel above 16", request: () => third("16.01"), status: 400, error: /from 0 to 16/ },
  {
    what: "a body whose content-length is too large",
    request: () => predict(" ".repeat(5000)),
    status: 413,
    error: /at most 4096 bytes/,
  },
  { what: "a streamed body that is too large", request: streamed, status: 413, error: /at most 4096 bytes/ },
];

/** A request with pixels that are right. */
export const ask = pixels;
