// What is 347+528? A small transformer reads a sum character by character, and writes the answer likewise.
import { initializers, input, layers, model, optimizers, setRandomSeed } from "lanegrad";
import { saveHeatMaps } from "./support/heatMap.js";

setRandomSeed(1); // the same weights and the same order of rows on every run

// A line is "347+528=5780": the answer comes units first, so that every carry is known before it is needed.
const ALPHABET = "0123456789+=";
const QUESTION = "347+528=".length;
const LENGTH = "347+528=578".length; // what the network reads: a line without its last character
const WIDTH = 48; // numbers that stand for a character
const HEADS = 4;

const digits = (number, count) => String(number).padStart(count, "0");
const question = ([a, b]) => `${digits(a, 3)}+${digits(b, 3)}=`;
const answer = ([a, b]) => [...digits(a + b, 4)].reverse().join("");
const codes = (text) => Array.from(text, (character) => ALPHABET.indexOf(character));

/** Different pairs of numbers below 1,000, drawn from the million there are. */
function drawPairs(count) {
  const random = initializers.randomUniform({ minval: 0, maxval: 1e6, seed: 1 }).sample([2 * count]).data;
  const different = [...new Set(random.map(Math.floor))].slice(0, count);
  return different.map((pair) => [Math.floor(pair / 1000), pair % 1000]);
}
const pairs = drawPairs(22_000);
const [known, unknown] = [pairs.slice(0, 20_000), pairs.slice(20_000)];

/** Adds to each place of a line what is learnt for it: attention alone does not see the order of characters. */
class AddPlaces extends layers.CustomLayer {
  build([[, length, width]]) {
    this.addWeight({ name: "places", shape: [length, width], initializer: "uniform" });
  }
  forward({ inputs: [x], output, weights: { places } }) {
    for (let i = 0; i < x.length; i++) output[i] = x[i] + places[i % places.length];
  }
  backward({ dOutput, dInputs: [dX], dWeights: { places: dPlaces } }) {
    for (let i = 0; i < dOutput.length; i++) {
      dX[i] = dOutput[i];
      dPlaces[i % dPlaces.length] += dOutput[i];
    }
  }
}

const line = input({ shape: [LENGTH] });
const characters = layers.embedding({ inputDim: ALPHABET.length, outputDim: WIDTH }).apply(line);
const start = new AddPlaces().apply(characters);

// One block: each place looks at itself and those before it, then thinks on its own. Both add to what is there.
const attention = layers.multiHeadAttention({
  numHeads: HEADS,
  keyDim: WIDTH / HEADS,
  useCausalMask: true,
  returnAttentionScores: true,
});
const [seen, scores] = attention.applyAll(layers.layerNormalization().apply(start));
const informed = layers.add().apply([start, seen]);
const calm = layers.layerNormalization().apply(informed);
const hidden = layers.dense({ units: 4 * WIDTH, activation: "relu" }).apply(calm);
const thought = layers.add().apply([informed, layers.dense({ units: WIDTH }).apply(hidden)]);

// At each place logits for the character that comes next.
const next = layers.dense({ units: ALPHABET.length }).apply(layers.layerNormalization().apply(thought));

const net = model({ inputs: line, outputs: next });
net.compile({
  optimizer: optimizers.adam({ learningRate: 3e-3 }),
  loss: { name: "sparseCategoricalCrossentropy", fromLogits: true },
});
net.summary();

const lines = known.map((sum) => codes(question(sum) + answer(sum)));
const begin = performance.now();
await net.fit(
  lines.map((text) => text.slice(0, -1)),
  lines.map((text) => text.slice(1)),
  { epochs: 6, batchSize: 128 },
);
const seconds = (performance.now() - begin) / 1000;

/** The answers that the network writes: each time the likeliest character after those before it. */
function write(sums) {
  const texts = sums.map(question);
  for (let place = QUESTION; place <= LENGTH; place++) {
    const read = texts.map((text) => codes(text.padEnd(LENGTH, "0"))); // what comes later is not seen
    const likeliest = net.predict(read).argMax();
    texts.forEach((text, i) => (texts[i] = text + ALPHABET[likeliest[i * LENGTH + place - 1]]));
  }
  return texts.map((text) => text.slice(QUESTION));
}

const written = write(unknown);
const isRight = written.map((text, i) => text === answer(unknown[i]));
console.log("\nSome sums that it had not seen. It writes an answer from the units on, 5780 for 0875:");
for (const [i, [a, b]] of unknown.slice(0, 6).entries()) {
  console.log(
    `  ${digits(a, 3)} + ${digits(b, 3)} = ${[...written[i]].reverse().join("")}  ${isRight[i] ? "right" : "wrong"}`,
  );
}

// Where does it look while it writes? One map for each head: a row for each digit of the answer.
const example = [347, 528];
const text = question(example) + answer(example).slice(0, -1);
const looks = model({ inputs: line, outputs: scores }).predict([codes(text)]).data;
const maps = Array.from({ length: HEADS }, (_, head) => ({
  name: `Head ${head + 1}`,
  rows: ["units", "tens", "hundreds", "thousands"],
  columns: [...text],
  values: looks.slice((head * LENGTH + QUESTION - 1) * LENGTH, (head + 1) * LENGTH * LENGTH),
}));

const right = isRight.filter(Boolean).length;
console.log(
  `
Shown ${known.length} of the million sums of two numbers below 1,000, the network learnt to add: of ${unknown.length} others it
gets ${right} right, digit for digit. Training took ${seconds.toFixed(1)} s. Nobody told it which digits go together: the picture
shows, for each digit of the answer, that between them the heads look at the two digits of its column and those that carry.
Picture: ${saveHeatMaps("transformer", "347+528: where each digit of the answer looks", maps)}`,
);
