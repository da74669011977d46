// Same seed, same bits: on every engine with the plain build, within an engine with either.
import * as lanegrad from "./lanegrad.js";
import { RECORDED_HASH, train } from "../training.js";
import { close, same } from "./check.js";

export const reproducibility = {
  async "the plain build, the recorded hash of the weights"() {
    lanegrad.configure({ deterministic: true });
    const { build, deterministic, hash } = await train(lanegrad);
    same([build, deterministic, hash], ["simd", true, RECORDED_HASH], "build, deterministic, hash");
  },

  async "the build in use: the same bits twice, the plain one's losses nearly"() {
    const chosen = lanegrad.backend().name;
    const [first, second] = [await train(lanegrad), await train(lanegrad)];
    same(first.build, chosen, "build");
    same(second, first, "the second training");
    if (chosen === "simd") same(first.hash, RECORDED_HASH, "hash");
    lanegrad.configure({ deterministic: true });
    const { losses } = await train(lanegrad);
    close(first.losses, losses, 1e-3, "losses");
  },

  async "ready compiles in the background, and a product is right"() {
    await lanegrad.ready();
    const product = lanegrad.matMul([[1, 2], [3, 4]], [[5, 6], [7, 8]]); // prettier-ignore
    same(product.toArray(), [[19, 22], [43, 50]], "product"); // prettier-ignore
  },
};
