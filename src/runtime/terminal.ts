// Whether there is a terminal, and how to write to it. With bring/read.ts the only file that looks at the runtime.

interface StandardOutput {
  isTTY?: boolean;
  columns?: number;
  write?: (text: string) => unknown;
}

interface Host {
  process?: { stdout?: StandardOutput };
}

function standardOutput(): StandardOutput | undefined {
  return (globalThis as Host).process?.stdout;
}

/** Whether the program's output is a terminal that a person may be watching. */
export function isTerminal(): boolean {
  return standardOutput()?.isTTY === true;
}

/** How many characters fit into a line; a number that never cuts where that is not known. */
export function terminalWidth(): number {
  return standardOutput()?.columns ?? Infinity;
}

/** Writes text without a line end where that is possible. */
export function writeToTerminal(text: string): void {
  const output = standardOutput();
  if (typeof output?.write === "function") output.write(text);
  else console.log(text);
}
