// Same seed, same bits: on every engine with the plain build, within an engine with either.
import * as lanegrad from "./lanegrad.js";
import { TRAININGS } from "../trainings/index.js";
import { close, same } from "./check.js";

export const reproducibility = {
  async "ready compiles in the background, and a product is right"() {
    await lanegrad.ready();
    const product = lanegrad.matMul([[1, 2], [3, 4]], [[5, 6], [7, 8]]); // prettier-ignore
    same(product.toArray(), [[19, 22], [43, 50]], "product"); // prettier-ignore
  },
};

for (const { name, recordedHash, tolerance, train } of TRAININGS) {
  reproducibility[`${name}: the plain build, the recorded hash of the weights`] = async () => {
    lanegrad.configure({ deterministic: true });
    const { build, deterministic, hash } = await train(lanegrad);
    same([build, deterministic, hash], ["simd", true, recordedHash], "build, deterministic, hash");
  };

  reproducibility[`${name}: the build in use, the same bits twice, the plain one's losses nearly`] =
    async () => {
      const chosen = lanegrad.backend().name;
      const [first, second] = [await train(lanegrad), await train(lanegrad)];
      same(first.build, chosen, "build");
      same(second, first, "the second training");
      if (chosen === "simd") same(first.hash, recordedHash, "hash");
      lanegrad.configure({ deterministic: true });
      const { losses } = await train(lanegrad);
      close(first.losses, losses, tolerance, "losses");
    };
}
