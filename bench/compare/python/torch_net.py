"""PyTorch on one thread, as its tutorials train: a module, a loss on logits, torch.optim.Adam."""
import numpy as np
import torch
from torch import nn

torch.set_num_threads(1)

VERSION = torch.__version__

# Keras's numbers; PyTorch's momentum counts the other way round.
ADAM_EPSILON = 1e-7
NORM_EPSILON = 1e-3
NORM_MOMENTUM = 0.01


class Lstm(nn.Module):
    """The last state of an LSTM, whose gates come in Keras's order in PyTorch too. One bias is trained, as in Keras."""

    def __init__(self, layer, kernel, recurrent, bias):
        super().__init__()
        self.lstm = nn.LSTM(layer["inputs"], layer["units"], batch_first=True)
        with torch.no_grad():
            self.lstm.weight_ih_l0.copy_(torch.from_numpy(kernel.T))
            self.lstm.weight_hh_l0.copy_(torch.from_numpy(recurrent.T))
            self.lstm.bias_ih_l0.copy_(torch.from_numpy(bias))
            self.lstm.bias_hh_l0.zero_()
        self.lstm.bias_hh_l0.requires_grad_(False)

    def forward(self, x):
        return self.lstm(x)[1][0][0]


def make_convolutions(convolutions, arrays):
    """Convolutions with relu, each with a max pool behind it; kernels [height, width, channels, filters] come in."""
    modules = []
    for i, layer in enumerate(convolutions):
        convolution = nn.Conv2d(layer["channels"], layer["filters"], layer["size"], padding=layer["padding"])
        with torch.no_grad():
            convolution.weight.copy_(torch.from_numpy(arrays[f"kernel{i}"].transpose(3, 2, 0, 1)))
            convolution.bias.zero_()
        modules += [convolution, nn.ReLU(), nn.MaxPool2d(2)]
    return [*modules, nn.Flatten()] if modules else []


def dense_kernel(net, arrays, i):
    """The kernel [inputs, units] of a dense layer; PyTorch flattens images with the channels first."""
    first = len(net["convolutions"])
    kernel = arrays[f"kernel{first + i}"]
    if i > 0 or first == 0:
        return kernel
    return kernel.reshape(*net["pooled"], -1).transpose(2, 0, 1, 3).reshape(kernel.shape)


def make_net(job, arrays):
    """The network up to its last sums."""
    net = job["net"]
    modules = make_convolutions(net["convolutions"], arrays)
    layers = net["layers"]
    for i, layer in enumerate(layers):
        if "steps" in layer:
            modules.append(Lstm(layer, arrays[f"kernel{i}"], arrays[f"recurrent{i}"], arrays[f"bias{i}"]))
            continue
        linear = nn.Linear(layer["inputs"], layer["units"], bias=not layer["normalized"])
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(dense_kernel(net, arrays, i).T))
            if linear.bias is not None:
                linear.bias.zero_()
        modules.append(linear)
        if layer["normalized"]:
            modules.append(nn.BatchNorm1d(layer["units"], eps=NORM_EPSILON, momentum=NORM_MOMENTUM))
        if i < len(layers) - 1:
            modules.append(nn.ReLU())
    return nn.Sequential(*modules)


class Training:
    def __init__(self, job, arrays):
        self.net = make_net(job, arrays)
        self.optimizer = torch.optim.Adam((p for p in self.net.parameters() if p.requires_grad), lr=0.001, eps=ADAM_EPSILON)
        self.is_binary = job["net"]["outputs"] == 1
        self.criterion = nn.BCEWithLogitsLoss() if self.is_binary else nn.CrossEntropyLoss()

    def step(self, x, y):
        self.optimizer.zero_grad()
        loss = self.criterion(self.net(x), y)
        loss.backward()
        self.optimizer.step()
        return loss.detach()


def inputs(job, arrays):
    """Images come with the channels last; PyTorch has them first."""
    x = torch.from_numpy(arrays["x"])
    return x.permute(0, 3, 1, 2).contiguous() if job["net"]["convolutions"] else x


def tensors(job, arrays):
    """Inputs, and targets as the loss wants them: numbers, or the index of the class."""
    y = arrays["y"] if job["net"]["outputs"] == 1 else arrays["y"].argmax(1).astype(np.int64)
    return inputs(job, arrays), torch.from_numpy(y)


def prepare_step(job, arrays):
    x, y = tensors(job, arrays)

    def ready():
        training = Training(job, arrays)

        def work():
            for _ in range(job["count"]):
                loss = training.step(x, y)
            return {"losses": [loss.item()]}

        return work

    return ready


def fit(job, training, x, y, epochs):
    losses = []
    for _ in range(epochs or job["epochs"]):
        total = torch.zeros(())
        for i in range(0, job["rows"], job["batch"]):
            part = x[i : i + job["batch"]]
            total += training.step(part, y[i : i + job["batch"]]) * len(part)
        losses.append(total.item() / job["rows"])
    return {"losses": losses}


def prepare_fit(job, arrays):
    x, y = tensors(job, arrays)

    def ready():
        training = Training(job, arrays)
        return lambda epochs=None: fit(job, training, x, y, epochs)

    return ready


def prepare_predict(job, arrays):
    last = nn.Sigmoid() if job["net"]["outputs"] == 1 else nn.Softmax(1)
    net = nn.Sequential(make_net(job, arrays), last).eval()
    x = inputs(job, arrays)

    def work():
        with torch.inference_mode():
            for _ in range(job["count"]):
                output = net(x)
        return {"outputs": output.numpy()}

    return lambda: work


def prepare_product(job, arrays):
    a, b = torch.from_numpy(arrays["a"]), torch.from_numpy(arrays["b"])
    a = a.T if job["transposeA"] else a
    b = b.T if job["transposeB"] else b

    def work():
        for _ in range(job["count"]):
            output = a @ b
        return {"outputs": output.numpy()}

    return lambda: work


def prepare(job, arrays):
    work = {"step": prepare_step, "fit": prepare_fit, "predict": prepare_predict, "matMul": prepare_product}
    return work[job["kind"]](job, arrays)
