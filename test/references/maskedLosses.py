# Writes maskedLosses.json beside itself: python3 test/references/maskedLosses.py
# Made with PyTorch 1.13 and NumPy 1.24 (Debian), in float64: losses of predictions that carry a mask, and their gradients, by
# Keras 3's formulas (apply_mask and reduce_weighted_values of losses/loss.py, the mask of ignore_class included).
import json
import os

import numpy as np
import torch

random = np.random.RandomState(17)
ROWS, STEPS, COLUMNS = 3, 4, 3
MASK = torch.tensor([[1, 0, 1, 0], [0, 0, 0, 0], [1, 1, 1, 1]])
WEIGHTS = torch.tensor([0.5, 3.0, 2.0], dtype=torch.float64)


def rounded(tensor):
    return [float(f"{value:.9g}") for value in tensor.detach().numpy().ravel()]


def losses(name, labels, x):
    if name == "meanSquaredError":
        return ((x - labels) ** 2).mean(-1)
    if name == "meanAbsoluteError":
        return (x - labels).abs().mean(-1)
    if name == "binaryCrossentropy":
        return torch.nn.functional.binary_cross_entropy_with_logits(x, labels, reduction="none").mean(-1)
    return -torch.log_softmax(x, -1).gather(-1, labels.long())[..., 0]


def reduced(values, sample_weight, mask, reduction):
    mask = mask.double()
    if reduction in ("mean", "sumOverBatchSize"):
        valid = mask.sum()
        mask = mask * (mask.numel() / valid if valid > 0 else 0)
    weights = mask if sample_weight is None else mask * sample_weight[:, None]
    total = (values * weights).sum()
    if reduction == "sum":
        return total
    return total / (weights.sum() if reduction == "meanWithSampleWeight" else values.numel())


cases = []
for name, ignored in [
    ("meanSquaredError", None),
    ("meanAbsoluteError", None),
    ("binaryCrossentropy", None),
    ("sparseCategoricalCrossentropy", None),
    ("sparseCategoricalCrossentropy", 1),
]:
    for reduction in ["sumOverBatchSize", "sum", "mean", "meanWithSampleWeight"]:
        for weights in [None, WEIGHTS]:
            x = torch.tensor(random.randint(-64, 65, (ROWS, STEPS, COLUMNS)) / 32 + 1 / 256, requires_grad=True)
            shape = (ROWS, STEPS, 1) if name.startswith("sparse") else (ROWS, STEPS, COLUMNS)
            labels = torch.tensor(random.randint(0, 3 if name.startswith("sparse") else 2, shape)).double()
            mask = MASK if ignored is None else MASK * (labels[..., 0] != ignored)
            loss = reduced(losses(name, labels, x), weights, mask, reduction)
            loss.backward()
            cases.append({
                "loss": {
                    "name": name,
                    "reduction": reduction,
                    **({"fromLogits": True} if "ross" in name else {}),
                    **({} if ignored is None else {"ignoreClass": ignored}),
                },
                **({} if weights is None else {"sampleWeight": weights.tolist()}),
                "x": rounded(x),
                "y": {"shape": list(shape), "data": rounded(labels)},
                "value": float(f"{loss.item():.9g}"),
                "dX": rounded(x.grad),
            })

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "maskedLosses.json"), "w") as file:
    document = {"mask": MASK.flatten().tolist(), "shape": [ROWS, STEPS, COLUMNS]}
    lines = ",\n".join(json.dumps(c) for c in cases)
    file.write(json.dumps(document)[:-1] + f', "cases": [\n{lines}\n]' + "}\n")
