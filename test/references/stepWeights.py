# Writes stepWeights.json beside itself: python3 test/references/stepWeights.py
# Made with NumPy 1.24 (Debian), in float64: losses with a weight for each step, their gradients, and metrics with these
# weights, by Keras 3's formulas (apply_mask and reduce_weighted_values of losses/loss.py, the mask of ignore_class included;
# reduce_to_samplewise_values of metrics/reduction_metrics.py; metrics with a mask take it as weights of 0 and 1).
import json
import os

import numpy as np

random = np.random.RandomState(29)
SEQUENCES = (3, 4, 3)
IMAGES = (2, 2, 3, 2)
MASK = np.array([[1, 0, 1, 0], [0, 0, 0, 0], [1, 1, 1, 1]], float)
REDUCTIONS = ["sumOverBatchSize", "sum", "mean", "meanWithSampleWeight"]


def rounded(array):
    return [float(f"{value:.9g}") for value in np.ravel(array)]


def one_hot(labels, classes):
    return np.eye(classes)[labels[..., 0].astype(int)]


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def losses(name, labels, x):
    """The losses of the steps, and the derivative of each with respect to its predictions."""
    columns = x.shape[-1]
    if name == "meanSquaredError":
        return ((x - labels) ** 2).mean(-1), 2 * (x - labels) / columns
    if name == "meanAbsoluteError":
        return np.abs(x - labels).mean(-1), np.sign(x - labels) / columns
    if name == "binaryCrossentropy":
        each = np.maximum(x, 0) - x * labels + np.log1p(np.exp(-np.abs(x)))
        return each.mean(-1), (1 / (1 + np.exp(-x)) - labels) / columns
    p, t = softmax(x), one_hot(labels, columns)
    return -np.log((p * t).sum(-1)), p - t


def factors(weights, mask, reduction):
    """What each loss is multiplied by in the reduced loss."""
    total = weights.size
    if mask is not None:
        if reduction in ("mean", "sumOverBatchSize"):
            mask = mask * (total / mask.sum())
        weights = weights * mask
    if reduction == "sum":
        return weights
    return weights / (weights.sum() if reduction == "meanWithSampleWeight" else total)


def mean(values, weights):
    return float(f"{(values * weights).sum() / weights.sum():.9g}")


def measured(name, labels, x, each, weights, mask):
    """A metric and the same with weights: accuracy of the cross-entropies, else the loss itself."""
    counted = np.ones(weights.shape) if mask is None else mask
    values = each
    if name == "binaryCrossentropy":
        values = ((x > 0.5) == labels).mean(-1)
    elif name.startswith("sparse"):
        values = (x.argmax(-1) == labels[..., 0]).astype(float)
    return {"plain": mean(values, counted), "weighted": mean(values, counted * weights)}


def case(name, ignored, reduction, shape, mask):
    sparse = name.startswith("sparse")
    x = random.randint(-64, 65, shape) / 32 + 1 / 256
    labels = random.randint(0, shape[-1] if sparse else 2, (*shape[:-1], 1) if sparse else shape).astype(float)
    # Some steps have no weight at all.
    weights = random.randint(0, 9, shape[:-1]) / 4
    each, slopes = losses(name, labels, x)
    known = np.ones(weights.shape) if ignored is None else (labels[..., 0] != ignored).astype(float)
    of_loss = mask if ignored is None else known if mask is None else mask * known
    factor = factors(weights, of_loss, reduction)
    return {
        "loss": {
            "name": name,
            "reduction": reduction,
            **({"fromLogits": True} if "ross" in name else {}),
            **({} if ignored is None else {"ignoreClass": ignored}),
        },
        "isMasked": mask is not None,
        "sampleWeight": {"shape": list(weights.shape), "data": rounded(weights)},
        "x": {"shape": list(x.shape), "data": rounded(x)},
        "y": {"shape": list(labels.shape), "data": rounded(labels)},
        "value": float(f"{(each * factor).sum():.9g}"),
        "dX": rounded(slopes * factor[..., None]),
        "metrics": measured(name, labels, x, each, weights, mask),
    }


cases = [
    case(name, ignored, reduction, shape, mask)
    for name, ignored in [
        ("meanSquaredError", None),
        ("meanAbsoluteError", None),
        ("binaryCrossentropy", None),
        ("sparseCategoricalCrossentropy", None),
        ("sparseCategoricalCrossentropy", 1),
    ]
    for reduction in REDUCTIONS
    for shape, mask in [(SEQUENCES, None), (SEQUENCES, MASK), (IMAGES, None)]
    if ignored is None or shape == SEQUENCES
]

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "stepWeights.json"), "w") as file:
    lines = ",\n".join(json.dumps(c) for c in cases)
    file.write(f'{{"mask": {json.dumps(rounded(MASK))}, "cases": [\n{lines}\n]}}\n')
