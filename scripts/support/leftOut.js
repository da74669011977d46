// What cannot run on a machine is left out and named. Where CI is set nothing may be left out.

export const inCI = Boolean(process.env.CI);

/** Prints what was left out, a line each that says why too; returns how many failures that is. */
export function reportLeftOut(leftOut) {
  if (leftOut.length === 0) return 0;
  console.log(`\nLeft out:\n  ${leftOut.join("\n  ")}`);
  if (!inCI) return 0;
  console.log("In CI nothing may be left out.");
  return leftOut.length;
}
