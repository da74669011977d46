# Writes batchNormMask.json beside itself: python3 test/references/batchNormMask.py
# Made with PyTorch 1.13 and NumPy 1.24 (Debian), in float64: batch normalisation of sequences with a mask in training, by
# Keras 3's formula (_moments of BatchNormalization), differentiated by PyTorch; alone, and before an LSTM that skips the same
# steps (Keras's backend.rnn). Where all steps count it is compared with torch.nn.functional.batch_norm.
import json
import os

import numpy as np
import torch

random = np.random.RandomState(31)
SOME = [[1, 0, 1, 1], [0, 0, 0, 0], [1, 1, 0, 0]]
ONE = [[0, 0, 0], [0, 1, 0]]
NONE = [[0, 0, 0], [0, 0, 0]]
ALL = [[1, 1, 1], [1, 1, 1]]
NESTED = [[[1, 1], [0, 1], [0, 0]], [[1, 0], [0, 0], [1, 1]]]


def draw(*shape):
    """Numbers that float32 and six decimals hold exactly: multiples of 1/64."""
    return torch.tensor(np.round(random.uniform(-2, 2, shape) * 64) / 64, requires_grad=True)


def tensor_of(values):
    return {"shape": list(values.shape), "data": [float(f"{value:.9g}") for value in values.detach().numpy().ravel()]}


def statistics(x, mask):
    axes = tuple(range(x.dim() - 1))
    counts = mask[..., None].expand(x.shape)
    zero = torch.zeros((), dtype=x.dtype)
    total = counts.to(x.dtype).sum(axes) + 1e-7
    mean = torch.where(counts, x, zero).sum(axes) / total
    variance = (torch.where(counts, x - mean, zero) ** 2).sum(axes) / total
    return mean, variance


def lstm(x, mask, kernel, recurrent, bias):
    """The last output; gates in Keras's order."""
    h = c = torch.zeros(x.shape[0], recurrent.shape[0], dtype=x.dtype)
    for t in range(x.shape[1]):
        i, f, g, o = (x[:, t] @ kernel + h @ recurrent + bias).chunk(4, dim=1)
        new_c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        new_h = torch.sigmoid(o) * torch.tanh(new_c)
        counts = mask[:, t, None]
        h, c = torch.where(counts, new_h, h), torch.where(counts, new_c, c)
    return h


cases = []


def case(steps, channels, options=None, units=0):
    options = options or {}
    mask = torch.tensor(steps) != 0
    x = draw(*mask.shape, channels)
    names = [name for name, key in [("gamma", "scale"), ("beta", "center")] if options.get(key, True)]
    weights = {name: draw(channels) for name in names}
    cell = {"kernel": draw(channels, 4 * units), "recurrentKernel": draw(units, 4 * units), "bias": draw(4 * units)}
    old_mean, old_variance = draw(channels).detach(), draw(channels).detach().abs()
    mean, variance = statistics(x, mask)
    y = (x - mean) / torch.sqrt(variance + options.get("epsilon", 1e-3))
    y = y * weights.get("gamma", 1) + weights.get("beta", 0)
    if steps is ALL:
        want = torch.nn.functional.batch_norm(
            x.flatten(0, -2), None, None, weights["gamma"], weights["beta"], True, 0, options.get("epsilon", 1e-3))
        assert torch.allclose(y.flatten(0, -2), want, atol=1e-7)
        print("compared with batch_norm")
    if units:
        y = lstm(y, mask, *cell.values())
    else:
        cell = {}
    dy = draw(*y.shape).detach()
    y.backward(dy)
    momentum = options.get("momentum", 0.99)
    moved = [momentum * old + (1 - momentum) * new for old, new in [(old_mean, mean), (old_variance, variance)]]
    cases.append({
        "options": options,
        "units": units,
        "mask": tensor_of(mask[..., None].double()),
        "x": tensor_of(x),
        "weights": [tensor_of(value) for value in [*weights.values(), old_mean, old_variance, *cell.values()]],
        "y": tensor_of(y),
        "dY": tensor_of(dy),
        "dX": tensor_of(x.grad),
        "dWeights": {name: tensor_of(value.grad) for name, value in {**weights, **cell}.items()},
        "moved": [tensor_of(value) for value in moved],
    })


case(SOME, 3)
case(SOME, 5, {"momentum": 0.75, "epsilon": 0.25})
case(SOME, 2, {"scale": False})
case(SOME, 2, {"scale": False, "center": False})
case(ONE, 3)
case(NONE, 3)
case(ALL, 4)
case(NESTED, 3)
case(SOME, 3, {"momentum": 0.5}, units=2)
case(NONE, 2, {}, units=2)

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "batchNormMask.json"), "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "\n]\n")
