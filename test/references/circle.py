# Writes circle.json, the numbers that test/losses/circle.test.ts expects: python3 test/references/circle.py
# The circle loss of Keras 3.16 written out in PyTorch, float64; gradients by autograd. Keras computes in float32,
# so a row is masked where its loss is 0 as float32. Made with PyTorch 1.13 (Debian python3-torch).
import json
import os
import numpy as np
import torch

random = np.random.RandomState(11)
torch.set_default_dtype(torch.float64)
INFINITY = torch.tensor(float("inf"))


def circle(labels, embeddings, gamma=80.0, margin=0.4, remove_diagonal=True):
    distances = torch.clamp(1 - embeddings @ embeddings.T, min=0)
    positive = labels[:, None] == labels[None, :]
    negative = ~positive
    if remove_diagonal:
        positive = positive & ~torch.eye(len(labels), dtype=torch.bool)
    positive_weights = torch.clamp((margin + distances) * positive, min=0)
    negative_weights = torch.clamp((1 + margin - distances) * negative, min=0)
    positive_terms = -gamma * positive_weights * (margin - distances)
    negative_terms = gamma * negative_weights * (1 - margin - distances)
    sums = sum(
        torch.logsumexp(torch.where(mask, terms, -INFINITY), 1)
        for mask, terms in ((positive, positive_terms), (negative, negative_terms))
    )
    return torch.nn.functional.softplus(sums, threshold=700)


def reduce(losses, weights, reduction):
    """The mask becomes a factor of the weights, and with it of the divisor."""
    mask = (losses.float() > 0).double()
    if reduction in ("mean", "sum_over_batch_size"):
        mask = mask * (len(mask) / mask.sum() if mask.sum() > 0 else 0)
    weights = mask if weights is None else weights * mask
    total = (losses * weights).sum()
    if reduction == "sum":
        return total
    divisor = weights.sum() if reduction == "mean_with_sample_weight" else float(len(losses))
    return total / divisor if divisor != 0 else total * 0


def digits(values):
    """Nine digits, as many as tell float32 numbers apart."""
    return [float(f"{x:.9g}") for x in values.detach().numpy().ravel()]


def unit(rows, columns):
    x = random.normal(size=(rows, columns))
    return (x / np.linalg.norm(x, axis=1, keepdims=True)).astype(np.float32)


def camel(name):
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


cases = []


def case(about, labels, embeddings, weights=None, reduction="sum_over_batch_size", **options):
    embeddings = np.asarray(embeddings, dtype=np.float32)
    p = torch.tensor(embeddings.astype(np.float64), requires_grad=True)
    losses = circle(torch.tensor(labels), p, **options)
    value = reduce(losses, None if weights is None else torch.tensor(weights), reduction)
    value.backward()
    cases.append(
        {
            "about": about,
            "options": {**{camel(key): option for key, option in options.items()}, "reduction": reduction},
            "yTrue": list(labels),
            "yPred": [digits(row) for row in torch.tensor(embeddings)],
            "sampleWeight": weights,
            "value": digits(value)[0],
            "perSample": digits(losses),
            "gradient": digits(p.grad),
        }
    )


REDUCTIONS = ["sum_over_batch_size", "sum", "mean", "mean_with_sample_weight"]
WEIGHTS = [0.5, 2.0, 0.0, 1.25, 0.75, 1.0, 3.0]
# The class 90 has one row, which has no loss.
LABELS = [3, -7, 3, 90, 1000003, -7, 3]

for reduction in REDUCTIONS:
    for weights in (None, WEIGHTS):
        for keep in (True, False):
            case("a row alone in its class", LABELS, unit(7, 3), weights, reduction, remove_diagonal=keep)
        case("all alone", list(range(7)), unit(7, 3), weights, reduction)
        case("one class", [4] * 7, unit(7, 3), weights, reduction)
        case("weights 0 where there are losses", [1, 1, 2], unit(3, 2), [0.0, 0.0, 1.5], reduction)
    # Classes 0 and 1 are apart so far that their losses, about e^-144, are 0 as float32.
    angles = np.radians([0, 0.5, 120, 119.5, 240, 235, 237])
    far = np.stack([np.cos(angles), np.sin(angles)], 1)
    case("some far apart", [0, 0, 1, 1, 2, 2, 3], far, WEIGHTS, reduction, gamma=900.0)
    case("not as far apart", [0, 0, 1, 1, 2, 2, 3], far, None, reduction, gamma=400.0)
    case("all far apart", [0, 0, 1, 1], far[:4], None, reduction, gamma=900.0)
    case("a single row", [5], unit(1, 4), None, reduction)
    case("a single row with itself", [5], unit(1, 4), [2.0], reduction, remove_diagonal=False)

for rows, columns in ((2, 1), (2, 5), (3, 2), (5, 4), (8, 8), (17, 3), (33, 5)):
    labels = random.randint(-1, 2, rows).tolist()
    case("sizes", labels, unit(rows, columns))
    case("sizes", labels, unit(rows, columns), gamma=2.5, margin=0.25, remove_diagonal=False)
# Without unit length distances and weights leave their ranges and are cut.
case("any length", LABELS, 2 * random.normal(size=(7, 3)), WEIGHTS, gamma=3.0)
case("any length", LABELS, random.normal(size=(7, 3)), gamma=3.0, margin=-0.5)
case("gamma 0", LABELS, unit(7, 3), gamma=0.0)

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "circle.json"), "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n")
print(len(cases), "cases")
