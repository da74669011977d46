# Writes normalization.json beside itself: python3 test/references/normalization.py
# Made with PyTorch 1.13 and NumPy 1.24 (Debian), in float64: forward and gradients of layer, group, unit
# (torch.nn.functional) and root mean square normalisation (its formula, differentiated by PyTorch).
import json
import os

import numpy as np
import torch
import torch.nn.functional as F

random = np.random.RandomState(20)


def draw(shape, scale=1.0, offset=0.0):
    """Numbers that float32 and six decimals hold exactly: multiples of 1/64."""
    return np.round((offset + scale * random.uniform(-1, 1, shape)) * 64) / 64


def rounded(array):
    return [float(f"{value:.9g}") for value in np.asarray(array, dtype=np.float64).ravel()]


def run(kind, shape, parameters, forward, offset=0.0, **options):
    """The output and the gradients of one case, for a random gradient of the output."""
    x, dy = draw(shape, 2, offset), draw(shape)
    given = {name: draw(size, 0.5, 1 if name == "gamma" else 0) for name, size in parameters.items()}
    tensors = {name: torch.tensor(value, requires_grad=True) for name, value in {"x": x, **given}.items()}
    y = forward(tensors["x"], tensors.get("gamma"), tensors.get("beta"))
    y.backward(torch.tensor(dy))
    case = {"kind": kind, "shape": shape, **options, "x": x, "dY": dy, **given, "y": y.detach()}
    case.update({"d" + name[0].upper() + name[1:]: tensor.grad for name, tensor in tensors.items()})
    return {
        key: rounded(value) if isinstance(value, (np.ndarray, torch.Tensor)) else value
        for key, value in case.items()
    }


def layer(shape, axes, names=("gamma", "beta"), **rest):
    size = shape[-axes:]
    return run(
        "layer", shape, {name: size for name in names},
        lambda x, gamma, beta: F.layer_norm(x, size, gamma, beta, 1e-3), axes=axes, **rest,
    )


def group(shape, groups, names=("gamma", "beta")):
    def forward(x, gamma, beta):
        return F.group_norm(x.movedim(-1, 1), groups, gamma, beta, 1e-3).movedim(1, -1)

    return run("group", shape, {name: shape[-1:] for name in names}, forward, groups=groups)


def rms(shape, axes):
    dims = tuple(range(-axes, 0))
    return run(
        "rms", shape, {"gamma": shape[-axes:]},
        lambda x, gamma, beta: x * torch.rsqrt((x * x).mean(dims, keepdim=True) + 1e-6) * gamma, axes=axes,
    )


def unit(shape):
    return run("unit", shape, {}, lambda x, gamma, beta: F.normalize(x, dim=-1, eps=1e-12), axes=1)


cases = [
    layer([3, 7], 1),
    layer([2, 3, 4], 1, offset=100.0),
    layer([2, 3, 5], 2),
    layer([3, 9], 1, ("gamma",)),
    layer([3, 6], 1, ("beta",)),
    layer([2, 33], 1, ()),
    group([2, 5, 6], 3),
    group([2, 3, 3, 4], 2),
    group([3, 8], 4),
    group([2, 4, 3], 3),
    group([2, 3, 6], 1, ("gamma",)),
    group([2, 3, 6], 2, ()),
    rms([3, 7], 1),
    rms([2, 3, 5], 2),
    unit([4, 5]),
    unit([2, 3, 6]),
]
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "normalization.json"), "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
