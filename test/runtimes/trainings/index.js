// Trainings whose results must have the same bits on every engine, one for each family of networks.
import { attention } from "./attention.js";
import { dense } from "./dense.js";
import { images } from "./images.js";
import { sequences } from "./sequences.js";
import { machines, maps } from "./unsupervised.js";

/**
 * Each { name, recordedHash, tolerance, train }, and where what is trained can be saved { trainInHalves } too, as
 * training.js describes. A further family of networks gets a file here, and a line.
 */
export const TRAININGS = [dense, images, sequences, attention, machines, maps];
