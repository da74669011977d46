"""Writes activations.json beside this file: values and gradients of activations in float64 by PyTorch.

Where PyTorch has the activation, it is PyTorch's own; the others are Keras's formulas with PyTorch's
automatic derivatives. Inputs are float32 numbers that keep away from corners.
"""
import json
from pathlib import Path

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
generator = torch.Generator().manual_seed(5)
values = torch.cat([torch.linspace(-7.03, 7.03, 33), torch.randn(15, generator=generator) * 2])
X = values.to(torch.float32).to(torch.float64).reshape(6, 8)
WEIGHTS = torch.rand(6, 8, generator=generator).to(torch.float32).to(torch.float64) - 0.4


def relu(x, slope=0.0, highest=None, threshold=0.0):
    above = torch.where(x > threshold, x, torch.zeros_like(x))
    kept = above if highest is None else above.clamp(0.0, highest)
    return kept - slope * F.relu(threshold - x)


def sparse_plus(x):
    return torch.where(x <= -1, torch.zeros_like(x), torch.where(x < 1, 0.25 * (x + 1) ** 2, x))


def sparse_sigmoid(x):
    return torch.where(x <= -1, torch.zeros_like(x), torch.where(x >= 1, torch.ones_like(x), 0.5 * (x + 1)))


def sparsemax(x):
    ordered, _ = torch.sort(x, dim=-1, descending=True)
    sums = torch.cumsum(ordered, dim=-1)
    counts = torch.arange(1, x.shape[-1] + 1)
    support = 1 + counts * ordered > sums
    size = support.sum(dim=-1, keepdim=True)
    threshold = (torch.gather(sums, -1, size - 1) - 1) / size
    return torch.clamp(x - threshold, min=0)


CASES = [
    ({"name": "relu", "negativeSlope": 0.25}, lambda x: F.leaky_relu(x, 0.25)),
    ({"name": "relu", "maxValue": 4}, lambda x: F.hardtanh(x, 0.0, 4.0)),
    ({"name": "relu", "maxValue": 6, "negativeSlope": 0.1}, lambda x: relu(x, 0.1, 6.0)),
    ({"name": "relu", "threshold": 1.5}, lambda x: F.threshold(x, 1.5, 0.0)),
    ({"name": "relu", "negativeSlope": 0.3, "maxValue": 5, "threshold": 1.25}, lambda x: relu(x, 0.3, 5.0, 1.25)),
    ({"name": "relu", "negativeSlope": 0.5, "threshold": -2}, lambda x: relu(x, 0.5, None, -2.0)),
    ({"name": "relu6"}, F.relu6),
    ({"name": "hard_swish"}, F.hardswish),
    ({"name": "celu"}, F.celu),
    ({"name": "celu", "alpha": 0.3}, lambda x: F.celu(x, 0.3)),
    ({"name": "squareplus"}, lambda x: (x + torch.sqrt(x**2 + 4)) / 2),
    ({"name": "squareplus", "b": 0.2}, lambda x: (x + torch.sqrt(x**2 + 0.2)) / 2),
    ({"name": "hard_tanh"}, F.hardtanh),
    ({"name": "hard_shrink"}, F.hardshrink),
    ({"name": "hard_shrink", "threshold": 2}, lambda x: F.hardshrink(x, 2.0)),
    ({"name": "soft_shrink"}, F.softshrink),
    ({"name": "soft_shrink", "threshold": 2}, lambda x: F.softshrink(x, 2.0)),
    ({"name": "tanh_shrink"}, F.tanhshrink),
    ({"name": "threshold", "threshold": 0.7, "defaultValue": -20}, lambda x: F.threshold(x, 0.7, -20.0)),
    ({"name": "log_sigmoid"}, F.logsigmoid),
    ({"name": "sparse_plus"}, sparse_plus),
    ({"name": "sparse_sigmoid"}, sparse_sigmoid),
    ({"name": "sparsemax"}, sparsemax),
    ({"name": "glu"}, lambda x: F.glu(x, -1)),
]


def describe(spec, f):
    x = X.clone().requires_grad_()
    y = f(x)
    weights = WEIGHTS[:, : y.shape[1]]
    (y * weights).sum().backward()
    return {"spec": spec, "y": numbers(y), "dX": numbers(x.grad)}


def numbers(tensor):
    return [[float(f"{value:.12g}") for value in row] for row in tensor.tolist()]


if __name__ == "__main__":
    result = {"x": X.tolist(), "dY": WEIGHTS.tolist(), "cases": [describe(*case) for case in CASES]}
    target = Path(__file__).with_suffix(".json")
    target.write_text(json.dumps(result, separators=(",", ":")) + "\n")
