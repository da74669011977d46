// All runtimes, in the order of the matrix. Each is { id, title, missing, rows }: `missing` says why it cannot run here,
// or nothing; `rows` runs it on a prepared folder and gives one row after the other: { runtime, where } and either
// { build, hasRelaxed, suite, coldStart } or { outcome, expected }.
import { chromium } from "./chromium.js";
import { firefox } from "./firefox.js";
import { processes } from "./processes.js";
import { webkit } from "./webkit.js";
import { workerd } from "./workerd.js";

export const RUNTIMES = [...processes, workerd, chromium, firefox, webkit];
