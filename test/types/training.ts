// Read by `tsc`, never run: options of optimizers, schedules, losses, callbacks, and of compile and fit.
// More optimizers given by name are in test/optimizers/options.test.ts, metrics in test/metrics/compile.test.ts.
import { callbacks, layers, losses, metrics, optimizers, schedules, sequential } from "lanegrad";
import type {
  Batch,
  Batches,
  CompileOptions,
  FitOptions,
  History,
  Logs,
  Tensor,
  ValidationData,
} from "lanegrad";
import { csvSink, fileSink } from "lanegrad/files";

const net = sequential({ layers: [layers.dense({ units: 1, inputShape: [2] })] });
const x = [[1, 2]];
const y = [1];
const batch: Batch = { x, y, sampleWeight: new Float32Array(1) };

// Optimizers and schedules.
optimizers.adam({ learningRate: schedules.cosineDecay({ initialLearningRate: 1, decaySteps: 9 }) });
optimizers.sgd({ momentum: 0.9, nesterov: true, clipnorm: 1, useEma: true, gradientAccumulationSteps: 4 });
optimizers.muon({ excludeLayers: ["logits"] });
optimizers.adam().learningRate satisfies number;
// @ts-expect-error tfjs's position
optimizers.adam(0.001);
// @ts-expect-error beta1
optimizers.adam({ beta_1: 0.9 });
// @ts-expect-error an option of sgd
optimizers.rmsprop({ nesterov: true });
// @ts-expect-error a schedule by name needs options
optimizers.sgd({ learningRate: "exponentialDecay" });
// @ts-expect-error decayRate is missing
schedules.exponentialDecay({ initialLearningRate: 1, decaySteps: 9 });
// @ts-expect-error an object
schedules.piecewiseConstantDecay([1], [1, 2]);
// @ts-expect-error a flag
schedules.polynomialDecay({ initialLearningRate: 1, decaySteps: 9, cycle: 1 });

// Compile.
const compile = (options: CompileOptions) => net.compile(options);
compile({ loss: "mse" });
compile({ loss: "binary_crossentropy", optimizer: "AdamW", metrics: ["accuracy", "mae"] });
compile({ loss: losses.huber({ delta: 2 }), metrics: [metrics.auc({ curve: "PR" })] });
compile({ loss: { name: "huber", delta: 2, reduction: "sum" }, weightedMetrics: ["mse"] });
compile({ loss: { a: "mse", b: null }, lossWeights: { a: 2 }, metrics: { a: ["mae"], b: null } });
compile({ loss: ["mse", "mae"], lossWeights: [1, 2], metrics: [["mae"], []] });
// @ts-expect-error a loss must be given
compile({ optimizer: "adam" });
// @ts-expect-error no such loss
compile({ loss: "crossentropy" });
// @ts-expect-error mse has no delta
compile({ loss: { name: "mse", delta: 1 } });
// @ts-expect-error fromLogits is a flag
compile({ loss: { name: "binaryCrossentropy", fromLogits: "yes" } });
// @ts-expect-error snake_case options are not ours
compile({ loss: { name: "binary_crossentropy", from_logits: true } });
// @ts-expect-error no such reduction
compile({ loss: { name: "mse", reduction: "average" } });
// @ts-expect-error a function is not a loss; losses.CustomLoss makes one
compile({ loss: (yTrue: Tensor, yPred: Tensor) => yPred });
// @ts-expect-error metrics are an array
compile({ loss: "mse", metrics: "accuracy" });
// @ts-expect-error no such metric
compile({ loss: "mse", metrics: ["acurracy"] });
// @ts-expect-error a loss is not a metric
compile({ loss: "mse", metrics: [losses.huber()] });
// @ts-expect-error a weight is a number
compile({ loss: ["mse", "mae"], lossWeights: ["1", "2"] });
// @ts-expect-error snake_case options are not ours
compile({ loss: "mse", weighted_metrics: ["mae"] });
// @ts-expect-error there is no graph to run eagerly
compile({ loss: "mse", runEagerly: true });
// @ts-expect-error categories have no delta
losses.categoricalCrossentropy({ delta: 1 });
// @ts-expect-error a class index
losses.sparseCategoricalCrossentropy({ ignoreClass: "none" });
// @ts-expect-error alpha
losses.tversky({ gamma: 1 });
metrics.binaryCrossentropy({ fromLogits: true, labelSmoothing: 0.1, name: "bce" });
metrics.sparseCategoricalCrossentropy({ ignoreClass: -1, axis: -1 });
// @ts-expect-error a metric is a mean
metrics.binaryCrossentropy({ reduction: "sum" });
// @ts-expect-error no such curve
metrics.auc({ curve: "roc" });
// @ts-expect-error no such average
metrics.f1Score({ average: "mean" });
// @ts-expect-error the recall must be given
metrics.precisionAtRecall({});
metrics.recall({ thresholds: [0.2, 0.8] }).result() satisfies number[];
metrics.recall().result() satisfies number;

// Fit, evaluate, predict.
const fit = (options: FitOptions) => net.fit(x, y, options) satisfies Promise<History>;
void fit({ epochs: 3, batchSize: 8, shuffle: false, validationSplit: 0.2, verbose: 2, seed: 1 });
void fit({ classWeight: { 0: 1, 1: 5 }, sampleWeight: [1], validationData: [x, y] });
void fit({ classWeight: "balanced", signal: new AbortController().signal, yieldEvery: Infinity });
void net.fit(x, y).then(({ history, epoch }) => [history.loss satisfies number[], epoch satisfies number[]]);
// @ts-expect-error batchSize
void fit({ batch_size: 8 });
// @ts-expect-error there are three kinds of output
void fit({ verbose: 3 });
// @ts-expect-error a callback is an object with hooks
void fit({ callbacks: [() => {}] });
// @ts-expect-error callbacks are an array
void fit({ callbacks: callbacks.earlyStopping() });
// @ts-expect-error the only word is "balanced"
void fit({ classWeight: "auto" });
// @ts-expect-error a number
void fit({ epochs: "10" });

const validation = (validationData: ValidationData) => fit({ validationData });
void validation([x, y, [0.5]]);
void validation([{ a: x, b: x }, { out: y }]);
void validation([batch, batch]);
// @ts-expect-error labels are missing
void validation([x]);
// @ts-expect-error there is nothing after the weights
void validation([x, y, [0.5], [1]]);
// @ts-expect-error texts are not data
void validation([["a"], y]);
// @ts-expect-error a batch is an object
void validation({ x, y });

void net.fit([batch], { epochs: 2, stepsPerEpoch: 1 });
// @ts-expect-error batches have a size already
void net.fit([batch], { batchSize: 8 });
// @ts-expect-error batches come in their own order
void net.fit([batch], { shuffle: true });

async function* arriving(): AsyncGenerator<Batch> {
  yield batch;
}
net.evaluate(x, y, { batchSize: 8, sampleWeight: [1] }) satisfies Logs;
net.evaluate([batch], { steps: 1 }) satisfies Logs;
net.evaluate(arriving()) satisfies Promise<Logs>;
net.predict(arriving()) satisfies Promise<Tensor>;
const either = [batch] as Batches;
void net.fit(either);
net.evaluate(either) satisfies Logs | Promise<Logs>;
net.predict(either) satisfies Tensor | Promise<Tensor>;
// @ts-expect-error labels are missing
net.evaluate(x);
// @ts-expect-error batches have weights of their own
net.evaluate([batch], { sampleWeight: [1] });
// @ts-expect-error batches have a size already
net.evaluate(arriving(), { batchSize: 8 });
// @ts-expect-error an option of fit
net.evaluate(x, y, { epochs: 1 });
// @ts-expect-error nothing is trained
net.predict(x, { sampleWeight: [1] });
net.trainOnBatch(x, y, { sampleWeight: [1] }) satisfies Logs;
// @ts-expect-error class weights belong to fit
net.trainOnBatch(x, y, { classWeight: { 0: 1 } });

// Callbacks.
callbacks.earlyStopping({ monitor: "val_accuracy", mode: "max", patience: 3, restoreBestWeights: true });
callbacks.modelCheckpoint({ save: fileSink("{epoch:02d}.lanegrad"), saveFreq: 100 });
callbacks.learningRateScheduler((epoch, rate) => (epoch < 3 ? rate : rate / 2));
callbacks.csvLogger({ ...csvSink("log.csv"), separator: ";" });
callbacks.lambda({ onEpochEnd: (epoch, logs) => console.log(epoch, logs.loss) });
void fit({ callbacks: [callbacks.terminateOnNaN(), { onTrainBatchEnd: async (_batch, _logs) => {} }] });
// @ts-expect-error no such mode
callbacks.earlyStopping({ mode: "minimum" });
// @ts-expect-error minDelta
callbacks.earlyStopping({ min_delta: 1 });
// @ts-expect-error no such frequency
callbacks.modelCheckpoint({ save: () => {}, saveFreq: "batch" });
// @ts-expect-error a path; files are for lanegrad/files
callbacks.modelCheckpoint("model.keras");
// @ts-expect-error what receives the file is missing
callbacks.modelCheckpoint({ saveBestOnly: true });
// @ts-expect-error a rate is a number
callbacks.learningRateScheduler(() => "0.1");
// @ts-expect-error minLr
callbacks.reduceLROnPlateau({ minLearningRate: 0 });
// @ts-expect-error Keras's name of the hook
callbacks.lambda({ on_epoch_end: () => {} });
