// Layers of images: convolutions and pools.
import { layers } from "lanegrad";
import { toOptions } from "./case.js";
import { gradientOf, modelOf } from "./layer.js";

function convolution(make) {
  return (testCase) => {
    const [x, kernel, bias, dY] = ["X", "W", "b", "dY"].map((name) => testCase.input(name));
    const given = bias === undefined ? [kernel] : [kernel, bias];
    const net = modelOf(
      (inputShape) => make(testCase, kernel.shape, { useBias: bias !== undefined, inputShape }),
      x,
      given,
    );
    const { outputs, inputs, weights } = net.vjp(x, dY, { training: false });
    testCase.compare("Y", outputs[0]);
    testCase.compare("Y", net.predict(x));
    testCase.compare("dX", inputs[0]);
    testCase.compare("dW", gradientOf(weights, "kernel"));
    if (bias !== undefined) testCase.compare("db", gradientOf(weights, "bias"));
  };
}

const conv2d = convolution((testCase, [height, width, , filters], options) =>
  layers.conv2d({ ...toOptions(testCase.params), filters, kernelSize: [height, width], ...options }),
);

const depthwise = convolution((testCase, [height, width], options) =>
  layers.depthwiseConv2d({ ...toOptions(testCase.params), kernelSize: [height, width], ...options }),
);

function pool(make) {
  return (testCase) => {
    const x = testCase.input("X");
    const net = modelOf((inputShape) => make({ ...toOptions(testCase.params), inputShape }), x);
    const { outputs, inputs } = net.vjp(x, testCase.input("dY"), { training: false });
    testCase.compare("Y", outputs[0]);
    testCase.compare("dX", inputs[0]);
    testCase.compare("Y", net.predict(x));
  };
}

export const convolutionRuns = {
  conv2d,
  depthwise_conv2d: depthwise,
  maxpool2d: pool(layers.maxPooling2d),
  avgpool2d: pool(layers.averagePooling2d),
};
