"""Networks written by hand in NumPy, float32: all weights in one vector, so that Adam is few calls."""
import numpy as np

VERSION = np.__version__

RATE = np.float32(0.001)
BETA1 = np.float32(0.9)
BETA2 = np.float32(0.999)
EPSILON = np.float32(1e-7)


class Net:
    """Dense layers with relu between them, softmax or one sigmoid at the end."""

    def __init__(self, job, arrays):
        shapes = [(layer["inputs"], layer["units"]) for layer in job["net"]["layers"]]
        size = sum(inputs * units + units for inputs, units in shapes)
        self.weights, self.gradients, self.first, self.second, self.change = np.zeros((5, size), np.float32)
        self.steps = 0
        self.is_binary = job["net"]["outputs"] == 1
        self.layers = []
        offset = 0
        for i, (inputs, units) in enumerate(shapes):
            end = offset + inputs * units
            views = [
                (vector[offset:end].reshape(inputs, units), vector[end : end + units])
                for vector in (self.weights, self.gradients)
            ]
            views[0][0][:] = arrays[f"kernel{i}"]
            self.layers.append((*views[0], *views[1]))
            offset = end + units

    def forward(self, x):
        """What each layer is given, and the last sums."""
        inputs = [x]
        for kernel, bias, _, _ in self.layers[:-1]:
            sums = inputs[-1] @ kernel
            sums += bias
            inputs.append(np.maximum(sums, 0, out=sums))
        kernel, bias, _, _ = self.layers[-1]
        return inputs, inputs[-1] @ kernel + bias

    def predict(self, x):
        _, sums = self.forward(x)
        if self.is_binary:
            return 1 / (1 + np.exp(-sums))
        exponentials = np.exp(sums - sums.max(1, keepdims=True))
        return exponentials / exponentials.sum(1, keepdims=True)

    def loss_and_delta(self, sums, y):
        """The mean loss, and its gradient with respect to the last sums."""
        rows = np.float32(len(y))
        if self.is_binary:
            outputs = 1 / (1 + np.exp(-sums))
            loss = np.mean(np.logaddexp(0, sums) - y * sums)
        else:
            shifted = sums - sums.max(1, keepdims=True)
            exponentials = np.exp(shifted)
            totals = exponentials.sum(1, keepdims=True)
            outputs = exponentials / totals
            loss = np.mean(np.log(totals[:, 0]) - (shifted * y).sum(1))
        return loss, (outputs - y) / rows

    def step(self, x, y):
        inputs, sums = self.forward(x)
        loss, delta = self.loss_and_delta(sums, y)
        for i in range(len(self.layers) - 1, -1, -1):
            kernel, _, d_kernel, d_bias = self.layers[i]
            np.matmul(inputs[i].T, delta, out=d_kernel)
            np.sum(delta, 0, out=d_bias)
            if i > 0:
                delta = delta @ kernel.T
                delta *= inputs[i] > 0
        self.adam()
        return loss

    def adam(self):
        self.steps += 1
        correction = np.sqrt(1 - float(BETA2) ** self.steps) / (1 - float(BETA1) ** self.steps)
        gradients, change = self.gradients, self.change
        self.first *= BETA1
        self.first += np.multiply(gradients, 1 - BETA1, out=change)
        np.multiply(gradients, gradients, out=change)
        change *= 1 - BETA2
        self.second *= BETA2
        self.second += change
        np.sqrt(self.second, out=change)
        change += EPSILON
        np.divide(self.first, change, out=change)
        change *= RATE * np.float32(correction)
        self.weights -= change


def prepare_step(job, arrays):
    def ready():
        net = Net(job, arrays)

        def work():
            for _ in range(job["count"]):
                loss = net.step(arrays["x"], arrays["y"])
            return {"losses": [float(loss)]}

        return work

    return ready


def fit(job, arrays, net, epochs):
    losses = []
    x, y, batch = arrays["x"], arrays["y"], job["batch"]
    for _ in range(epochs or job["epochs"]):
        total = 0.0
        for i in range(0, job["rows"], batch):
            part = x[i : i + batch]
            total += float(net.step(part, y[i : i + batch])) * len(part)
        losses.append(total / job["rows"])
    return {"losses": losses}


def prepare_fit(job, arrays):
    def ready():
        net = Net(job, arrays)
        return lambda epochs=None: fit(job, arrays, net, epochs)

    return ready


def prepare_predict(job, arrays):
    net = Net(job, arrays)

    def work():
        for _ in range(job["count"]):
            output = net.predict(arrays["x"])
        return {"outputs": output}

    return lambda: work


def prepare_product(job, arrays):
    a = arrays["a"].T if job["transposeA"] else arrays["a"]
    b = arrays["b"].T if job["transposeB"] else arrays["b"]

    def work():
        for _ in range(job["count"]):
            output = a @ b
        return {"outputs": output}

    return lambda: work


def prepare(job, arrays):
    work = {"step": prepare_step, "fit": prepare_fit, "predict": prepare_predict, "matMul": prepare_product}
    return work[job["kind"]](job, arrays)
