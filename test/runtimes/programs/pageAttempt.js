// Where a page's policy may forbid something: what became of a training.
import { attempt } from "./attempt.js";

globalThis.result = attempt();
