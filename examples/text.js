// What comes next? A text letter by letter: the letters so far in, the probabilities of the next one out.
import { readFileSync } from "node:fs";
import {
  activations,
  initializers,
  input,
  layers,
  losses,
  model,
  optimizers,
  schedules,
  setRandomSeed,
  tensor,
} from "lanegrad";
import { saveLetters } from "./support/letters.js";

setRandomSeed(1); // the same weights and the same order of rows on every run

const UNITS = 128;
const STEPS = 64; // through so many letters gradients go back
const EPOCHS = 10;
const BATCH = 32;

// A paragraph becomes a line. The last tenth is kept from training.
const file = new URL("data/northanger-abbey.txt", import.meta.url);
const paragraphs = readFileSync(file, "utf8")
  .trim()
  .split(/\n{2,}/);
const text = paragraphs.map((paragraph) => paragraph.replaceAll("\n", " ")).join("\n");
const alphabet = [...new Set(text)].sort();
const letters = Array.from(text, (letter) => alphabet.indexOf(letter));
const trained = letters.slice(0, Math.floor(0.9 * letters.length));
const heldOut = letters.slice(trained.length);

// Layers are shared between models: one that trains on many pieces of STEPS letters, and others that read on from a state.
const embedding = layers.embedding({ inputDim: alphabet.length, outputDim: 16 });
const memory = layers.gru({ units: UNITS, returnSequences: true, returnState: true });
const next = layers.dense({ units: alphabet.length }); // logits

const pieces = input({ shape: [STEPS] });
const net = model({ inputs: pieces, outputs: next.apply(memory.applyAll(embedding.apply(pieces))[0]) });
const count = Math.floor((trained.length - 1) / STEPS);
net.compile({
  optimizer: optimizers.adam({
    learningRate: schedules.cosineDecay({
      initialLearningRate: 1e-2,
      decaySteps: EPOCHS * Math.ceil(count / BATCH),
    }),
  }),
  loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }),
});
net.summary();

/** Pieces of the text, and the letter that follows each of theirs. */
const from = (start) =>
  tensor(Float32Array.from(trained.slice(start, start + count * STEPS)), [count, STEPS]);
const start = performance.now();
await net.fit(from(0), from(1), { epochs: EPOCHS, batchSize: BATCH });
const seconds = (performance.now() - start) / 1000;

/** A model that reads `length` letters from a state on; it gives the logits after each of them, and the state then. */
function reader(length) {
  const characters = input({ shape: [length] });
  const before = input({ shape: [UNITS] });
  const [hidden, after] = memory.applyAll([embedding.apply(characters), before]);
  return model({ inputs: [characters, before], outputs: [next.apply(hidden), after] });
}

// The held-out text, read in one go: the probability that each of its letters was given by the letters before it.
const [logits, lastState] = reader(heldOut.length).predict([
  tensor([heldOut]),
  tensor([new Float32Array(UNITS)]),
]);
const probabilities = activations.softmax(logits).data;
const followers = heldOut.slice(1);
const byNetwork = followers.map((letter, i) => probabilities[i * alphabet.length + letter]);

// For comparison: how frequent letters are, and how frequent they are after the letter before.
const singles = new Float64Array(alphabet.length).fill(1);
const pairs = alphabet.map(() => new Float64Array(alphabet.length));
trained.forEach((letter, i) => {
  singles[letter]++;
  if (i > 0) pairs[trained[i - 1]][letter]++;
});
const sum = (values) => values.reduce((total, value) => total + value, 0);
const unigram = (letter) => singles[letter] / sum(singles);
// Pairs that were never seen get the share of a few guesses by the frequency of letters.
const bigram = (letter, before) => (pairs[before][letter] + 3 * unigram(letter)) / (sum(pairs[before]) + 3);
const byFrequency = followers.map(unigram);
const byPair = followers.map((letter, i) => bigram(letter, heldOut[i]));

const bits = (given) => sum(given.map((probability) => -Math.log2(probability))) / given.length;
console.log(`
Bits for each of ${followers.length} letters that training has not seen:
  ${bits(byFrequency).toFixed(2)}  by the frequency of letters
  ${bits(byPair).toFixed(2)}  by the letter before
  ${bits(byNetwork).toFixed(2)}  by the network`);

/** Writes on from the end of the text. The lower the temperature, the more often the likeliest letter comes. */
function write(length, temperature) {
  const step = reader(1);
  const draws = initializers.randomUniform({ minval: 0, maxval: 1, seed: 7 }).sample([length]).data;
  let [letter, state, written] = [heldOut.at(-1), lastState, ""];
  for (const draw of draws) {
    const [scores, after] = step.predict([tensor([[letter]]), state]);
    const shares = activations.softmax(tensor([scores.data.map((score) => score / temperature)])).data;
    let left = draw;
    letter = shares.findIndex((share) => (left -= share) < 0);
    if (letter === -1) letter = shares.length - 1; // the shares add up to a little less than 1
    state = after;
    written += alphabet[letter];
  }
  return written.replaceAll("\n", " / ");
}
for (const temperature of [0.3, 0.7, 1])
  console.log(`\nTemperature ${temperature}: ${write(240, temperature)}`);

const shown = 320;
const path = saveLetters(
  "text",
  "A passage that training has not seen: the probability given to each letter before it came",
  followers
    .slice(0, shown)
    .map((letter) => alphabet[letter].replace("\n", "¶"))
    .join(""),
  [
    { name: "network", probabilities: byNetwork.slice(0, shown) },
    { name: "letter before", probabilities: byPair.slice(0, shown) },
  ],
);
console.log(`
From ${trained.length} letters of a novel the network learnt to spell, and some grammar: a letter takes it ${bits(byNetwork).toFixed(2)} bits, where
knowing the letter before alone takes ${bits(byPair).toFixed(2)}.
Training took ${seconds.toFixed(1)} s.
Picture: ${path}`);
