# Writes rbm.json beside this script: directions of contrastive divergence (CD-1) with given samples. NumPy 1.24.2 in
# float64. Usage: python3 test/references/rbm.py
import json
import os

import numpy as np

random = np.random.default_rng(11)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def grid(shape, scale):
    """Values that float32 holds exactly."""
    return random.integers(-64, 65, shape) / 64.0 * scale


def case(rows, visible, units):
    kernel, b, c = grid((visible, units), 1), grid(visible, 1), grid(units, 1)
    v0 = random.integers(0, 2, (rows, visible)).astype(float)
    v1 = random.integers(0, 2, (rows, visible)).astype(float)
    h0, h1 = sigmoid(v0 @ kernel + c), sigmoid(v1 @ kernel + c)
    return {
        "rows": rows, "visible": visible, "units": units,
        "weights": flat(np.concatenate([kernel.ravel(), b, c])), "v0": flat(v0), "v1": flat(v1), "h0": flat(h0),
        "visibleGivenHidden": flat(sigmoid(h0 @ kernel.T + b)),
        "direction": flat(np.concatenate([
            (v0.T @ h0 - v1.T @ h1).ravel(), (v0 - v1).sum(axis=0), (h0 - h1).sum(axis=0),
        ])),
    }


def flat(values):
    return [float(f"{value:.9g}") for value in np.asarray(values).ravel()]


cases = [case(1, 1, 1), case(2, 3, 5), case(7, 4, 9), case(5, 9, 6), case(33, 17, 10)]
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "rbm.json")
with open(path, "w") as file:
    file.write("[\n" + ",\n".join("  " + json.dumps(one) for one in cases) + "\n]\n")
