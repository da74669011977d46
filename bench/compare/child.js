// A contestant in a process of its own, asked with lines of JSON and answering with them.
import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { ENVIRONMENT } from "./contestants.js";

const ANSWER = '{"answer"';

const isAnswer = (line) => line.startsWith(ANSWER);

/** The answer of a new process to its one command, an argument: reading lines would take memory of its own. */
export function askAtStart({ name, command, flags, args }, message) {
  const all = [...flags, ...args, JSON.stringify(message)];
  const { stdout, stderr } = spawnSync(command, all, { encoding: "utf8", env: ENVIRONMENT });
  const line = stdout.split("\n").find(isAnswer);
  if (line === undefined) throw new Error(`${name} ended: ${stderr}`);
  return JSON.parse(line).answer;
}

export class Child {
  #process;
  #lines;
  #errors = "";

  constructor({ name, command, flags, args }) {
    this.name = name;
    this.#process = spawn(command, [...flags, ...args], { env: ENVIRONMENT });
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
    this.#process.stderr.on("data", (data) => (this.#errors += data));
    // A process that has ended says why on its standard error.
    this.#process.stdin.on("error", () => {});
  }

  /** Sends a command and waits for the answer; what libraries print in between is passed over. */
  async ask(message) {
    this.#process.stdin.write(`${JSON.stringify(message)}\n`);
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error(`${this.name} ended: ${this.#errors}`);
      if (isAnswer(value)) return JSON.parse(value).answer;
    }
  }

  /** Ends the process and waits until it is gone. */
  async close() {
    if (this.#process.exitCode !== null) return;
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.stdin.end();
    this.#process.kill();
    await ended;
  }
}
