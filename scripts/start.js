// npm start [name ...]: builds what is out of date, then runs the examples named, or all of them.
import { build, install } from "./setup.js";

const EXAMPLES = {
  diabetes: "Who has diabetes? A yes-or-no question on a table (8-16-8-1)",
  iris: "Which iris is it? Three species from four measurements (4-10-3)",
  ozone: "How bad will the air be? A number from the weather (8-10-8-1)",
  mnist: "Which digit is it? Small images (784-25-15-10)",
  transformer: "What is 347+528? Attention that learns to add, character by character",
};

const names = process.argv.slice(2);
const unknown = names.find((name) => !Object.hasOwn(EXAMPLES, name));
if (unknown !== undefined) {
  const list = Object.entries(EXAMPLES).map(([name, what]) => `  npm start ${name.padEnd(10)} ${what}`);
  console.error(`There is no example ${unknown}. There are:\n\n${list.join("\n")}`);
  process.exit(1);
}

install();
build();
const chosen = names.length > 0 ? names : Object.keys(EXAMPLES);
for (const [i, name] of chosen.entries()) {
  console.log(`\n=== ${name} (${i + 1} of ${chosen.length}): ${EXAMPLES[name]}\n`);
  await import(`../examples/${name}.js`);
}
const { backend } = await import("lanegrad");
console.log(`\nAll of this ran on WebAssembly, with the ${backend().name} build of the kernels.`);
