import { optimizers, sequential } from "lanegrad";

/** Trains a network of these layers as the recipes have in common: Adam, batches of 32. */
export async function train(layersOfNet, { xTrain, yTrain }, { loss, learningRate, epochs }) {
  const net = sequential({ layers: layersOfNet });
  net.compile({ optimizer: optimizers.adam({ learningRate }), loss });
  await net.fit(xTrain, yTrain, { epochs, batchSize: 32, verbose: 0 });
  return net;
}
