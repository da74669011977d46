// The gradients of random functional graphs against finite differences.
import { loadModel } from "lanegrad";
import type { Gradients, VectorJacobianProduct } from "lanegrad";
import { describe, expect, test } from "vitest";
import { asData, checkGradients, checkProduct } from "../support/finiteDifferences.js";
import type { AnyModel } from "../support/finiteDifferences.js";
import { GraphMaker } from "./randomGraph.js";

/** The widest: these networks are smooth, and the losses of some are large numbers, whose rounding is. */
const STEP = 0.16;

const GRAPHS = Array.from({ length: 40 }, (_, seed) => seed + 1);

/** What must be in two graphs or more. */
const FEATURES = [
  "1 inputs", "2 inputs", "3 inputs", "1 outputs", "2 outputs", "3 outputs", "output without loss", "sample weights",
  "regularizer", "frozen layer", "frozen model", "layer used again", "model as layer", "model used again",
  "model in a model as layer", "model of two outputs as layer", "broadcast",
  "Dense", "BatchNormalization", "LayerNormalization", "RMSNormalization", "GroupNormalization", "UnitNormalization",
  "GaussianNoise", "Dropout", "GaussianDropout", "Reshape", "Permute", "RepeatVector", "Flatten",
  "Add", "Subtract", "Multiply", "Average", "Concatenate", "Dot",
]; // prettier-ignore

describe("relative error under 1e-3 of the largest gradient of the tensor", () => {
  test.each(GRAPHS)("graph %i", (seed) => {
    const { net, x, y, sampleWeight } = new GraphMaker(seed).make();
    const given = sampleWeight === undefined ? {} : { sampleWeight: asData(sampleWeight) };
    checkGradients(net, x, asData(y), { ...given, step: STEP, tried: 3 });
    const gradientsOf = (anyModel: AnyModel): Gradients => anyModel.gradients(asData(x), asData(y), given);
    expect(gradientsOf(loadModel(net.save()))).toEqual(gradientsOf(net));
  });

  test.each(GRAPHS.slice(0, 10))("vjp of graph %i", (seed) => {
    const maker = new GraphMaker(seed);
    const { net, x } = maker.make();
    const dY = net.outputs.map(({ shape }, i) => maker.data(shape.slice(1).map(Number), 50 + i));
    checkProduct(net, x, dY, { step: STEP, tried: 3 });
    const productOf = (anyModel: AnyModel): VectorJacobianProduct => anyModel.vjp(asData(x), asData(dY));
    expect(productOf(loadModel(net.save()))).toEqual(productOf(net));
  });
});

test("a seed gives the same graph again, and among the graphs is everything", () => {
  const [first, second] = [new GraphMaker(1).make(), new GraphMaker(1).make()];
  expect(second.net.toJSON()).toEqual(first.net.toJSON());
  const counts = new Map<string, number>();
  for (const seed of GRAPHS) {
    for (const feature of new GraphMaker(seed).make().features) {
      counts.set(feature, (counts.get(feature) ?? 0) + 1);
    }
  }
  for (const feature of FEATURES) expect(counts.get(feature) ?? 0, feature).toBeGreaterThan(1);
});
