# Writes constraints.json beside this script: what constraints make of weights, and orthogonal penalties with
# their gradients. Made with NumPy 1.24.2 in float64 and PyTorch 1.13 (automatic differentiation in float64).
# Usage: python3 test/references/constraints.py
import json
import os

import numpy as np
import torch

EPSILON = 1e-7
random = np.random.default_rng(7)


def weights(shape):
    """Distinct multiples of 1/256, which float32 holds exactly."""
    return random.permutation(np.arange(1, 1 + np.prod(shape)) * 3 - 97).reshape(shape) / 256.0


def norms(w, axis):
    return np.sqrt(np.sum(np.square(w), axis=axis, keepdims=True))


def max_norm(w, maxValue=2, axis=0):
    n = norms(w, axis)
    return w * (np.clip(n, 0, maxValue) / (EPSILON + n))


def unit_norm(w, axis=0):
    return w / (EPSILON + norms(w, axis))


def min_max_norm(w, minValue=0, maxValue=1, rate=1, axis=0):
    n = norms(w, axis)
    return w * ((rate * np.clip(n, minValue, maxValue) + (1 - rate) * n) / (EPSILON + n))


def non_neg(w):
    return np.maximum(w, 0)


FUNCTIONS = {"maxNorm": max_norm, "unitNorm": unit_norm, "minMaxNorm": min_max_norm, "nonNeg": non_neg}


def constraint_case(name, shape, w=None, **options):
    w = weights(shape) if w is None else w
    known = {key: tuple(value) if isinstance(value, list) else value for key, value in options.items()}
    expected = FUNCTIONS[name](w, **known)
    return {"name": name, "options": options, "shape": list(shape), "weights": flat(w), "expected": flat(expected)}


def orthogonal_case(shape, mode, factor, w=None):
    w = weights(shape) if w is None else w
    x = torch.tensor(w, dtype=torch.float64, requires_grad=True)
    axis = 1 if mode == "rows" else 0
    squares = torch.sum(x * x, dim=axis, keepdim=True)
    u = x * torch.rsqrt(torch.maximum(squares, torch.tensor(EPSILON * EPSILON, dtype=torch.float64)))
    products = u @ u.T if mode == "rows" else u.T @ u
    count = products.shape[0]
    others = products * (1 - torch.eye(count, dtype=torch.float64))
    # The slope of |x| is meaningless where rounding decides the sign.
    assert (others.detach().abs() + torch.eye(count)).min() > 1e-5, "products too close to 0: another seed"
    value = factor * 0.5 * others.abs().sum() / (count * (count - 1) / 2)
    value.backward()
    return {
        "shape": list(shape), "mode": mode, "factor": factor, "weights": flat(w),
        "value": value.item(), "gradient": flat(x.grad.numpy()),
    }


def flat(values):
    return [float(f"{value:.12g}") for value in np.asarray(values).ravel()]


tiny = weights((3, 4))
tiny[1] *= 2.0**-28
zeros = weights((4, 3))
zeros[:, 1] = 0

cases = {
    "constraints": [
        constraint_case("maxNorm", (5, 6)),
        constraint_case("maxNorm", (5, 6), maxValue=0.5),
        constraint_case("maxNorm", (7, 9), maxValue=0.75, axis=1),
        constraint_case("maxNorm", (7, 9), maxValue=0.75, axis=-1),
        constraint_case("maxNorm", (11,), maxValue=0.25),
        constraint_case("maxNorm", (3, 2, 4, 5), maxValue=0.5, axis=[0, 1, 2]),
        constraint_case("maxNorm", (3, 2, 4, 5), maxValue=0.5, axis=[1, 2]),
        constraint_case("maxNorm", (4, 3), w=zeros, maxValue=0.25),
        constraint_case("unitNorm", (6, 3)),
        constraint_case("unitNorm", (2, 3, 7), axis=1),
        constraint_case("unitNorm", (2, 3, 7), axis=[-1, -2]),
        constraint_case("minMaxNorm", (5, 6)),
        constraint_case("minMaxNorm", (9, 13), minValue=0.9, maxValue=1.1, rate=0.25),
        constraint_case("minMaxNorm", (4, 10), minValue=0.5, maxValue=0.6, axis=1),
        constraint_case("minMaxNorm", (4, 3), w=zeros, minValue=0.5),
        constraint_case("nonNeg", (3, 7)),
    ],
    "orthogonal": [
        orthogonal_case((2, 3), "rows", 0.01),
        orthogonal_case((5, 4), "rows", 0.5),
        orthogonal_case((5, 4), "columns", 0.5),
        orthogonal_case((3, 7), "columns", 1.0),
        orthogonal_case((40, 6), "rows", 2.0),
        orthogonal_case((9, 37), "columns", 2.0),
        orthogonal_case((3, 4), "rows", 0.1, w=tiny),
    ],
}

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "constraints.json")
with open(path, "w") as file:
    file.write("{\n")
    for i, (subject, group) in enumerate(cases.items()):
        lines = ",\n".join("    " + json.dumps(case) for case in group)
        file.write(f'  "{subject}": [\n{lines}\n  ]' + (",\n" if i + 1 < len(cases) else "\n"))
    file.write("}\n")
