// Which flowers are alike? Four measurements of irises in, a map on which similar flowers stand side by side out. No
// species is told; they are drawn on the finished map.
import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { preprocessing, selfOrganizingMap, tensor } from "lanegrad";
import { saveMap } from "./support/map.js";

const size = { rows: 10, columns: 10, grid: "hexagonal" };
const features = ["sepal length", "sepal width", "petal length", "petal width"];

const table = parse(readFileSync(new URL("data/iris.csv", import.meta.url)), { from: 2, cast: true });
const species = table.map((row) => row[4]);

// Distances count all four measurements alike once each has mean 0 and standard deviation 1.
const x = preprocessing.standardScaler().fitTransform(table.map((row) => row.slice(0, 4)));

// The same map by NumPy, with the 100 flowers that it started from: test/references/selfOrganizingMap.py.
const file = new URL("../test/references/selfOrganizingMap.json", import.meta.url);
const numpy = JSON.parse(readFileSync(file)).cases.find(
  ({ options }) => options.rows === size.rows && options.grid === size.grid,
);

const map = selfOrganizingMap({
  ...size,
  epochs: 100,
  initialRadius: 5, // in units of the grid: at first half the map moves at once,
  finalRadius: 0.5, // in the end a unit almost alone
  initialWeights: tensor(numpy.start, [100, 4]),
});

const start = performance.now();
await map.fit(x, {
  onEpochEnd(epoch, { quantizationError }) {
    if ((epoch + 1) % 20 > 0) return;
    const count = String(epoch + 1).padStart(3);
    console.log(`epoch ${count}: a flower is ${quantizationError.toFixed(4)} away from its unit`);
  },
});
const seconds = (performance.now() - start) / 1000;

const quantization = map.quantizationError(x);
const topographic = map.topographicError(x);
console.log(`
                      lanegrad   NumPy
quantisation error    ${quantization.toFixed(6)}   ${numpy.quantizationError.toFixed(6)}   mean distance to the nearest unit
topographic error     ${topographic.toFixed(6)}   ${numpy.topographicError.toFixed(6)}   second nearest unit is no neighbour`);

// A flower is apart from another species if none of that species has the same unit.
const units = map.predict(x);
const names = [...new Set(species)];
const shared = names.map((name) => {
  const others = new Set(units.filter((_, i) => species[i] !== name));
  return units.filter((unit, i) => species[i] === name && others.has(unit)).length;
});

const weights = map.weights;
const planes = features.map((name, feature) => ({
  name,
  values: weights.data.filter((_, i) => i % features.length === feature),
}));
const marks = names.map((name) => ({ name, units: Array.from(units).filter((_, i) => species[i] === name) }));

console.log(`
From their measurements alone the map put ${table.length} flowers in order. Flowers that share a unit with another species:
${names.map((name, i) => `${shared[i]} of ${marks[i].units.length} ${name}`).join(", ")}.
Training took ${seconds.toFixed(2)} s.
The map: ${saveMap("som", "Iris on a map of 10 x 10 units, 100 epochs", size, map.uMatrix().data, marks, planes)}`);
