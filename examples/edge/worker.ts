// A Cloudflare Worker that reads handwritten digits. README.md says how to try, deploy and change it.
import { loadModelWith } from "lanegrad";
import { dense, rescaling } from "lanegrad/layers";
import digits from "./digits.safetensors";
import { handle } from "./handler.js";

// Once, when the Worker starts, with the kinds of layers that the file has.
const model = loadModelWith(digits, [dense, rescaling]);

export default {
  fetch: (request: Request): Promise<Response> => handle(request, model),
};
