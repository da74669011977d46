// npm start [name ...]: builds what is out of date, then runs the examples named, or the four jobs of the course; "all"
// stands for every example there is.
import { build, install } from "./setup.js";

/** The jobs of the course, from a table of data to a report. */
const JOBS = {
  diabetes: "Who has diabetes? A yes-or-no question on a table (8-16-8-1)",
  iris: "Which iris is it? Three species from four measurements (4-10-3)",
  ozone: "How bad will the air be? A number from the weather (8-10-8-1)",
  mnist: "Which digit is it? Small images (784-25-15-10)",
};

/** The other families of networks. */
const EXAMPLES = {
  ...JOBS,
  cnn: "Which digit is it? A convolutional network, and what its filters see",
  augmentation: "1,000 digits turned, moved and zoomed at random: what that is worth",
  lstm: "How warm will the sea be next month? A series of months (LSTM)",
  text: "What comes next? A novel, letter by letter (embedding, GRU)",
  transformer: "What is 347+528? Attention that learns to add, character by character",
  autoencoder: "A digit in 32 numbers and back; noise taken away (dense and convolutional autoencoders)",
  variational: "A map of digits: every place on a plane is one (variational autoencoder)",
  gan: "Two networks against each other learn to make points and digits (GAN)",
  rbm: "What are digits made of? A restricted Boltzmann machine finds strokes, and dreams",
  som: "Which flowers are alike? A self-organizing map of irises",
};

const names = process.argv.slice(2);
const unknown = names.find((name) => name !== "all" && !Object.hasOwn(EXAMPLES, name));
if (unknown !== undefined) {
  const list = Object.entries(EXAMPLES).map(([name, what]) => `  npm start ${name.padEnd(13)} ${what}`);
  console.error(
    `There is no example ${unknown}. There are:\n\n${list.join("\n")}\n\nnpm start all runs them all.`,
  );
  process.exit(1);
}

install();
build();
const chosen = names.includes("all") ? Object.keys(EXAMPLES) : names.length > 0 ? names : Object.keys(JOBS);
for (const [i, name] of chosen.entries()) {
  console.log(`\n=== ${name} (${i + 1} of ${chosen.length}): ${EXAMPLES[name]}\n`);
  await import(`../examples/${name}.js`);
}
const { backend } = await import("lanegrad");
console.log(`\nAll of this ran on WebAssembly, with the ${backend().name} build of the kernels.`);
