// A Cloudflare Worker that reads handwritten digits. README.md says how to try, deploy and change it.
import { layers, loadModelWith } from "lanegrad";
import digits from "./digits.safetensors";
import { handle } from "./handler.js";

// Once, when the Worker starts, with the kinds of layers that the file has.
const model = loadModelWith(digits, [layers.dense, layers.rescaling]);

export default {
  fetch: (request: Request): Promise<Response> => handle(request, model),
};
