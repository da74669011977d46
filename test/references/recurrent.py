# Writes recurrent.json and bidirectional.json beside itself: python3 test/references/recurrent.py
# Made with PyTorch 1.13 and NumPy 1.24 (Debian), in float64: outputs and gradients of recurrent layers beyond the golden
# cases. The cells are written out below after Keras's formulas and order of columns; where PyTorch has the same
# layer, its own result is compared first.
import json
import os

import numpy as np
import torch
import torch.nn.functional as F

random = np.random.RandomState(51)

ACTIVATIONS = {
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "relu": torch.relu,
    "linear": lambda x: x,
    "softsign": F.softsign,
    "elu": F.elu,
    "selu": F.selu,
    "exponential": torch.exp,
    "leakyRelu": lambda x: F.leaky_relu(x, 0.2),
    # Keras 3's: relu6(x + 3) / 6
    "hardSigmoid": F.hardsigmoid,
}


def draw(*shape):
    """Numbers that float32 holds exactly."""
    return torch.tensor(random.randint(-64, 65, shape) / 64 + 1 / 256)


def rounded(array):
    return [float(f"{value:.8g}") for value in np.asarray(array, dtype=np.float64).ravel()]


def tensor_of(value):
    return {"shape": list(value.shape), "data": rounded(value.detach())}


def simple(xw, states, u, bias, a, g, options):
    h = a(xw + states[0] @ u)
    return [h]


def lstm(xw, states, u, bias, a, g, options):
    h, c = states
    i, f, d, o = (xw + h @ u).chunk(4, dim=1)
    c = g(f) * c + g(i) * a(d)
    return [g(o) * a(c), c]


def gru(xw, states, u, bias, a, g, options):
    [h] = states
    units = h.shape[1]
    xz, xr, xh = xw.chunk(3, dim=1)
    if options.get("resetAfter", True):
        rz, rr, rh = (h @ u + (bias[1] if bias is not None else 0)).chunk(3, dim=1)
        z, r = g(xz + rz), g(xr + rr)
        candidate = a(xh + r * rh)
    else:
        z, r = g(xz + h @ u[:, :units]), g(xr + h @ u[:, units : 2 * units])
        candidate = a(xh + (r * h) @ u[:, 2 * units :])
    return [z * h + (1 - z) * candidate]


CELLS = {"simpleRNN": (simple, 1, 1), "lstm": (lstm, 4, 2), "gru": (gru, 3, 1)}


def run(kind, options, x, states, w, u, bias):
    cell = CELLS[kind][0]
    a = ACTIVATIONS[options.get("activation", "tanh")]
    g = ACTIVATIONS[options.get("recurrentActivation", "sigmoid")]
    after = kind == "gru" and options.get("resetAfter", True)
    outputs = []
    steps = range(x.shape[1])
    for t in reversed(steps) if options.get("goBackwards") else steps:
        xw = x[:, t] @ w + (0 if bias is None else bias[0] if after else bias)
        states = cell(xw, states, u, bias, a, g, options)
        outputs.append(states[0])
    y = torch.stack(outputs, dim=1) if options.get("returnSequences") else outputs[-1]
    return [y, *states] if options.get("returnState") else [y]


def compare_with_torch(kind, options, x, states, w, u, bias, outputs):
    """Where nn.RNN, nn.LSTM or nn.GRU compute the same."""
    names = {"activation", "recurrentActivation", "goBackwards", "useBias"}
    if names & set(options) or not options.get("resetAfter", True):
        return
    units = options["units"]
    module = {"simpleRNN": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[kind]
    layer = module(x.shape[2], units, batch_first=True).double()

    def order(matrix):
        if kind != "gru":
            return matrix.T
        z, r, h = matrix.T.chunk(3, dim=0)
        return torch.cat([r, z, h])

    both = bias if kind == "gru" else torch.stack([bias, torch.zeros_like(bias)])
    with torch.no_grad():
        layer.weight_ih_l0.copy_(order(w))
        layer.weight_hh_l0.copy_(order(u))
        layer.bias_ih_l0.copy_(order(both[0][None].T.T).ravel())
        layer.bias_hh_l0.copy_(order(both[1][None].T.T).ravel())
    start = [state[None] for state in states]
    y, last = layer(x, tuple(start) if kind == "lstm" else start[0])
    want = y if options.get("returnSequences") else y[:, -1]
    assert torch.allclose(outputs[0], want, atol=1e-12)
    if options.get("returnState"):
        for got, state in zip(outputs[1:], last if kind == "lstm" else [last]):
            assert torch.allclose(got, state[0], atol=1e-12)


cases = []


def case(kind, options, shape=(2, 4, 3), starts=False):
    _, gates, count = CELLS[kind]
    rows, _, features = shape
    units = options["units"]
    columns = gates * units
    x, w, u = draw(*shape), draw(features, columns), draw(units, columns)
    bias = None
    if options.get("useBias", True):
        bias = draw(2, columns) if kind == "gru" and options.get("resetAfter", True) else draw(columns)
    states = [draw(rows, units) for _ in range(count)] if starts else []
    learnt = {"kernel": w, "recurrentKernel": u, **({} if bias is None else {"bias": bias})}
    inputs = [x, *states]
    for tensor in [*inputs, *learnt.values()]:
        tensor.requires_grad_()
    begin = states or [torch.zeros(rows, units, dtype=torch.float64) for _ in range(count)]
    outputs = run(kind, options, x, begin, w, u, bias)
    compare_with_torch(kind, options, x, begin, w, u, bias, outputs)
    d_outputs = [draw(*y.shape) for y in outputs]
    torch.autograd.backward(outputs, d_outputs)
    cases.append({
        "kind": kind,
        "options": options,
        "inputs": [tensor_of(value) for value in inputs],
        "weights": [tensor_of(value) for value in learnt.values()],
        "outputs": [tensor_of(value) for value in outputs],
        "dOutputs": [tensor_of(value) for value in d_outputs],
        "dInputs": [tensor_of(value.grad) for value in inputs],
        "dWeights": {name: tensor_of(value.grad) for name, value in learnt.items()},
    })


for kind in CELLS:
    case(kind, {"units": 3})
    case(kind, {"units": 5, "returnSequences": True, "goBackwards": True}, (3, 3, 2))
    case(kind, {"units": 2, "useBias": False, "goBackwards": True})
    case(kind, {"units": 3, "returnState": True}, starts=True)
    case(kind, {"units": 4, "returnState": True, "returnSequences": True}, (1, 5, 2), starts=True)
    case(kind, {"units": 2, "activation": "softsign", "returnSequences": True})
    case(kind, {"units": 2, "activation": "leakyRelu"})

case("simpleRNN", {"units": 3, "activation": "relu"})
case("simpleRNN", {"units": 2, "activation": "linear"})
case("simpleRNN", {"units": 3, "activation": "selu"})
for kind in ["lstm", "gru"]:
    case(kind, {"units": 3, "recurrentActivation": "hardSigmoid", "returnSequences": True})
    case(kind, {"units": 2, "activation": "elu", "recurrentActivation": "softsign"})
    case(kind, {"units": 2, "activation": "relu", "recurrentActivation": "tanh"})
for options in [
    {"units": 3, "returnSequences": True},
    {"units": 5, "useBias": False, "goBackwards": True},
    {"units": 2, "activation": "elu", "recurrentActivation": "hardSigmoid"},
]:
    case("gru", {**options, "resetAfter": False})
case("gru", {"units": 2, "resetAfter": False, "returnState": True}, starts=True)



def bidirectional(kind, options, mode, shape=(2, 3, 2)):
    """Both directions by the cells above; the outputs of the backward one in the order of the inputs."""
    _, gates, count = CELLS[kind]
    rows, _, features = shape
    units = options["units"]
    columns = gates * units
    x = draw(*shape)
    learnt, directions = {}, []
    for direction in ["forward", "backward"]:
        bias = draw(2, columns) if kind == "gru" else draw(columns)
        w, u = draw(features, columns), draw(units, columns)
        learnt.update({f"{direction}Kernel": w, f"{direction}RecurrentKernel": u, f"{direction}Bias": bias})
    for tensor in [x, *learnt.values()]:
        tensor.requires_grad_()
    for direction in ["forward", "backward"]:
        begin = [torch.zeros(rows, units, dtype=torch.float64) for _ in range(count)]
        weights = [learnt[direction + name] for name in ["Kernel", "RecurrentKernel", "Bias"]]
        own = {**options, "goBackwards": direction == "backward"}
        directions.append(run(kind, own, x, begin, *weights))
    (a, *a_states), (b, *b_states) = directions
    if options.get("returnSequences"):
        b = b.flip(1)
    merges = {
        "concat": lambda: [torch.cat([a, b], dim=-1)],
        "sum": lambda: [a + b],
        "mul": lambda: [a * b],
        "ave": lambda: [(a + b) / 2],
        None: lambda: [a, b],
    }
    outputs = [*merges[mode](), *a_states, *b_states]
    d_outputs = [draw(*y.shape) for y in outputs]
    torch.autograd.backward(outputs, d_outputs)
    cases.append({
        "kind": kind,
        "options": options,
        "mergeMode": mode,
        "inputs": [tensor_of(x)],
        "weights": [tensor_of(value) for value in learnt.values()],
        "outputs": [tensor_of(value) for value in outputs],
        "dOutputs": [tensor_of(value) for value in d_outputs],
        "dInputs": [tensor_of(x.grad)],
        "dWeights": {name: tensor_of(value.grad) for name, value in learnt.items()},
    })


SINGLE = cases
cases = []
bidirectional("lstm", {"units": 2, "returnSequences": True}, "concat")
bidirectional("gru", {"units": 3, "returnSequences": True}, "mul")
bidirectional("simpleRNN", {"units": 3}, "sum")
bidirectional("simpleRNN", {"units": 2, "returnSequences": True}, "ave")
bidirectional("simpleRNN", {"units": 2, "returnSequences": True}, None)
bidirectional("lstm", {"units": 2, "returnState": True}, "concat")

folder = os.path.dirname(os.path.abspath(__file__))
for name, made in [("recurrent", SINGLE), ("bidirectional", cases)]:
    with open(os.path.join(folder, f"{name}.json"), "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(c) for c in made) + "\n]\n")
