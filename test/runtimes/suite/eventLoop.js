// Long work: the event loop has its turns, and a signal stops it.
import { layers, sequential } from "./lanegrad.js";
import { holds, same } from "./check.js";

const x = Float32Array.from({ length: 64 * 8 }, (_, i) => ((i * 31) % 89) / 89);
const y = Float32Array.from({ length: 64 }, (_, i) => i % 2);

function network() {
  const net = sequential({
    layers: [
      layers.dense({ units: 16, activation: "relu", inputShape: [8] }),
      layers.dense({ units: 1, activation: "sigmoid" }),
    ],
  });
  net.compile({ optimizer: "adam", loss: "binaryCrossentropy" });
  return net;
}

/** How many timers had their turn during a fit. */
async function timersDuring(options) {
  let timers = 0;
  let running = true;
  const tick = () => {
    if (!running) return;
    timers++;
    setTimeout(tick, 0);
  };
  setTimeout(tick, 0);
  const { history } = await network().fit(x, y, { batchSize: 8, verbose: 0, ...options });
  running = false;
  same(history.loss.length, options.epochs, "epochs");
  return timers;
}

export const eventLoop = {
  async "timers have their turn while fit runs"() {
    const timers = await timersDuring({ epochs: 400, yieldEvery: 1 });
    holds(timers >= 2, `${timers} timers in 3,200 steps`);
  },

  async "yieldEvery: Infinity lets nothing in between"() {
    same(await timersDuring({ epochs: 20, yieldEvery: Infinity }), 0, "timers in 160 steps");
  },

  async "a signal stops fit, and the model is usable"() {
    const net = network();
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 20);
    const { history, stopped } = await net.fit(x, y, {
      batchSize: 8,
      epochs: 100_000,
      verbose: 0,
      signal: controller.signal,
    });
    same(stopped, true, "stopped");
    holds((history.loss?.length ?? 0) < 100_000, "fewer epochs than asked for");
    const again = await net.fit(x, y, { epochs: 2, verbose: 0 });
    same([again.stopped, again.history.loss.length], [false, 2], "the next fit");
  },

  async "a signal aborted before stops fit at once"() {
    const net = network();
    const weights = () => net.getWeights().map(({ data }) => Array.from(data));
    const before = weights();
    const { epoch, stopped } = await net.fit(x, y, { epochs: 5, verbose: 0, signal: AbortSignal.abort() });
    same([stopped, epoch], [true, []], "stopped, epochs");
    same(weights(), before, "weights");
  },
};
