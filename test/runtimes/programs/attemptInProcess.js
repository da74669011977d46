// Where something is missing: prints one JSON line of what became of a training.
import { attempt } from "./attempt.js";

console.log(JSON.stringify(attempt()));
