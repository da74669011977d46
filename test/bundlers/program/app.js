// The program that every bundler builds: a network learns y = 2x + 1.
import { sequential, setRandomSeed } from "lanegrad";
import { dense } from "lanegrad/layers";

export async function learn() {
  setRandomSeed(1);
  const net = sequential({ layers: [dense({ units: 1, inputShape: [1] })] });
  net.compile({ optimizer: { name: "adam", learningRate: 0.1 }, loss: "meanSquaredError" });
  await net.fit([[0], [1], [2], [3]], [1, 3, 5, 7], { epochs: 300, verbose: 0 });
  return `y(10) = ${net.predict([[10]]).data[0].toFixed(2)}`;
}
