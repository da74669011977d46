// A Cloudflare Worker that reads handwritten digits. README.md says how to try, deploy and change it.
import { layers, loadModelWith } from "lanegrad";
import digits from "./digits.safetensors";
import { handle } from "./handler.js";

// Once, when the Worker starts; naming the kinds of layers leaves all others out of the bundle.
const model = loadModelWith(digits, [layers.dense, layers.rescaling]);

export default {
  fetch: (request: Request): Promise<Response> => handle(request, model),
};
