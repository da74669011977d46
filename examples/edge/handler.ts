// What the Worker answers, apart from where its network comes from.
import type { Model } from "lanegrad";
import { readJson } from "./body.js";
import { RequestError } from "./errors.js";

const PIXELS = 64;
const BRIGHTEST = 16;
/** 64 numbers with all their decimals and a space after each comma are below 1,500 bytes. */
const MOST_BYTES = 4096;

const USAGE = `POST /predict with content-type: application/json and the body
  {"pixels": [0, 0, 5, 13, ...]}
64 numbers from 0 (paper) to 16 (ink), the rows of a picture of 8 x 8 from the top. The answer is
  {"digit": 0, "probabilities": [0.99, ...]}
with a probability for each digit from 0 to 9. An error is {"error": "what was wrong"}.
`;

/** Answers any request, with the digits that `model` reads. Never throws. */
export async function handle(request: Request, model: Model): Promise<Response> {
  try {
    return await route(request, model);
  } catch (error) {
    if (error instanceof RequestError) {
      return Response.json({ error: error.message }, { status: error.status, headers: error.headers });
    }
    // Whoever runs the Worker sees what happened, whoever called it does not.
    console.error(error);
    return Response.json({ error: "internal error" }, { status: 500 });
  }
}

async function route(request: Request, model: Model): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === "/") {
    allow(request, "GET", "HEAD");
    return new Response(USAGE);
  }
  if (pathname === "/predict") {
    allow(request, "POST");
    const pixels = checkPixels(await readJson(request, MOST_BYTES));
    return Response.json(predict(model, pixels));
  }
  throw new RequestError(404, "there are GET / and POST /predict");
}

function allow({ method }: Request, ...methods: string[]): void {
  if (methods.includes(method)) return;
  const list = methods.join(", ");
  throw new RequestError(405, `the method must be ${list.replace(", ", " or ")}`, { allow: list });
}

function checkPixels(body: unknown): number[] {
  const pixels = typeof body === "object" && body !== null && "pixels" in body ? body.pixels : undefined;
  if (!Array.isArray(pixels) || pixels.length !== PIXELS) {
    const received = Array.isArray(pixels) ? `${pixels.length} values` : "no array";
    throw new RequestError(400, `pixels must be an array of ${PIXELS} numbers. Received: ${received}`);
  }
  const at = pixels.findIndex((pixel) => typeof pixel !== "number" || !(pixel >= 0 && pixel <= BRIGHTEST));
  if (at >= 0) {
    const received = show(pixels[at]);
    throw new RequestError(
      400,
      `pixels[${at}] must be a number from 0 to ${BRIGHTEST}. Received: ${received}`,
    );
  }
  return pixels;
}

/** JSON has no infinity, but 1e999 is read as one. */
function show(value: unknown): string {
  const text = typeof value === "number" ? String(value) : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}...` : text;
}

function predict(model: Model, pixels: number[]): { digit: number; probabilities: number[] } {
  const probabilities = model.predict(Float32Array.from(pixels));
  return { digit: probabilities.argMax()[0], probabilities: Array.from(probabilities.data) };
}
