// What is trained, on what, and how much it must learn: the recipes in the order of the report. `spread` is the standard
// deviation of the score between seeds, as measured with this library; `mostSeeds` stands where ten would take too long.
import { convolution } from "./convolution.js";
import { dense } from "./dense.js";
import { generative } from "./generative.js";
import { sequences } from "./sequences.js";
import { unsupervised } from "./unsupervised.js";

export const recipes = [...dense, ...convolution, ...sequences, ...unsupervised, ...generative];
