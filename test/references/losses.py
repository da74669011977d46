# Writes losses.json, the numbers that test/losses/reference.test.ts expects: python3 test/references/losses.py
# Formulas of Keras 3.16 written out in PyTorch, float64; gradients by autograd. Made with PyTorch 1.13 (Debian
# python3-torch). Inputs are float32 numbers with few digits, so that both sides see the same.
import json
import os
import numpy as np
import torch

EPSILON = 1e-7
random = np.random.RandomState(7)


def clip(p):
    return torch.clamp(p, EPSILON, 1 - EPSILON)


def numbers(*shape, low=0.0, high=1.0):
    """Multiples of 1/64."""
    return np.round(random.uniform(low, high, shape) * 64) / 64


def one_hot(classes, count):
    return np.eye(count)[classes]


def binary_focal(t, p, apply_class_balancing=False, alpha=0.25, gamma=2.0, from_logits=False, label_smoothing=0.0):
    t = t * (1 - label_smoothing) + 0.5 * label_smoothing
    if from_logits:
        p = torch.sigmoid(p)
    q = clip(p)
    bce = -(t * torch.log(q) + (1 - t) * torch.log(1 - q))
    loss = (1 - (t * p + (1 - t) * (1 - p))) ** gamma * bce
    if apply_class_balancing:
        loss = (t * alpha + (1 - t) * (1 - alpha)) * loss
    return loss.mean(-1)


def categorical_focal(t, p, alpha=0.25, gamma=2.0, from_logits=False, label_smoothing=0.0):
    t = t * (1 - label_smoothing) + label_smoothing / p.shape[-1]
    if from_logits:
        p = torch.softmax(p, -1)
    q = clip(p / p.sum(-1, keepdim=True))
    return (alpha * (1 - q) ** gamma * -t * torch.log(q)).sum(-1)


def generalized(t, p, q=0.5):
    right = torch.gather(p, -1, t.long().unsqueeze(-1)).squeeze(-1)
    return (1 - right**q) / q


def overlap_sum(x, axis):
    return x.sum() if axis is None else x.sum(axis)


def dice(t, p, axis=None):
    return 1 - 2 * overlap_sum(t * p, axis) / (overlap_sum(t, axis) + overlap_sum(p, axis) + EPSILON)


def tversky(t, p, alpha=0.5, beta=0.5, axis=None):
    both = overlap_sum(t * p, axis)
    false_positives = overlap_sum((1 - t) * p, axis)
    false_negatives = overlap_sum(t * (1 - p), axis)
    return 1 - both / (both + false_positives * alpha + false_negatives * beta + EPSILON)


def squared(t, p):
    return ((t - p) ** 2).mean(-1)


def huber(t, p, delta=1.0):
    error = (p - t).abs()
    return torch.where(error <= delta, 0.5 * error**2, delta * error - 0.5 * delta**2).mean(-1)


def sparse(t, p, from_logits=False, ignore_class=None):
    valid = torch.ones_like(t, dtype=torch.bool) if ignore_class is None else t != ignore_class
    t = torch.where(valid, t, torch.zeros_like(t)).long().unsqueeze(-1)
    if from_logits:
        logs = torch.log_softmax(p, -1)
    else:
        logs = torch.log(clip(p / p.sum(-1, keepdim=True)))
    losses = -torch.gather(logs, -1, t).squeeze(-1)
    return torch.where(valid, losses, torch.zeros_like(losses)), valid


def reduce(losses, weights, reduction, mask=None):
    """Keras's reduce_weighted_values: the mask becomes a factor of the weights, and with it of the divisor."""
    if mask is not None:
        valid = mask.double()
        if reduction in ("mean", "sum_over_batch_size"):
            valid = valid * (mask.numel() / valid.sum() if valid.sum() > 0 else 0)
        weights = valid if weights is None else weights * valid
    if weights is not None:
        losses = losses * weights
    if losses.dim() == 0:
        return losses
    total = losses.sum()
    if reduction == "sum":
        return total
    if reduction == "mean_with_sample_weight" and weights is not None:
        # Weights in the shape of the losses: one for each.
        divisor = (weights + torch.zeros_like(losses)).sum()
    else:
        divisor = torch.tensor(float(losses.numel()), dtype=torch.float64)
    return total / divisor if divisor != 0 else total * 0


def digits(values):
    """Nine digits, as many as tell float32 numbers apart."""
    return [float(f"{x:.9g}") for x in values.detach().numpy().ravel()]


def camel(name):
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


cases = []


def case(name, function, t, p, weights=None, reduction="sum_over_batch_size", **options):
    t_tensor = torch.tensor(t, dtype=torch.float64)
    p_tensor = torch.tensor(p, dtype=torch.float64, requires_grad=True)
    result = function(t_tensor, p_tensor, **options)
    losses, mask = result if isinstance(result, tuple) else (result, None)
    w = None if weights is None else torch.tensor(weights, dtype=torch.float64)
    if w is not None and losses.dim() == 2:
        w = w.unsqueeze(-1).expand_as(losses)
    value = reduce(losses, w, reduction, mask)
    value.backward()
    cases.append(
        {
            "name": name,
            "options": {**{camel(key): option for key, option in options.items()}, "reduction": reduction},
            "yTrue": np.asarray(t).tolist(),
            "yPred": np.asarray(p).tolist(),
            "sampleWeight": None if weights is None else list(weights),
            "value": digits(value)[0],
            "shape": list(losses.shape),
            "perSample": digits(losses),
            "gradient": digits(p_tensor.grad),
        }
    )


REDUCTIONS = ["sum_over_batch_size", "sum", "mean_with_sample_weight"]
WEIGHTS = [0.5, 2.0, 0.0, 1.25, 0.75]

# Reductions, with and without weights, of one element, of a parameter, over time steps.
for reduction in REDUCTIONS:
    for weights in (None, WEIGHTS):
        case("meanSquaredError", squared, numbers(5, 3), numbers(5, 3, low=-2, high=2), weights, reduction)
        case("huber", huber, numbers(5, 1), numbers(5, 1, low=-2, high=3), weights, reduction, delta=0.5)
        case("meanSquaredError", squared, numbers(5, 2, 3), numbers(5, 2, 3), weights, reduction)
        case("dice", dice, numbers(5, 3).round(), numbers(5, 3), weights, reduction)
        case("tversky", tversky, numbers(5, 3).round(), numbers(5, 3), weights, reduction, alpha=0.25, beta=0.75, axis=-1)
        for ignored in (None, -1, 2):
            labels = np.array([2, 0, 1, 2, 3] if ignored == 2 else [0, 3, 1, 2, 2])
            if ignored == -1:
                labels[[1, 3]] = -1
            logits = numbers(5, 4, low=-3, high=3)
            case("sparseCategoricalCrossentropy", sparse, labels, logits, weights, reduction, from_logits=True, ignore_class=ignored)
            case("sparseCategoricalCrossentropy", sparse, labels, numbers(5, 4, low=0.1), weights, reduction, ignore_class=ignored)
    labels = np.array([[0, -1], [-1, -1], [1, 2], [2, 0], [1, -1]])
    case("sparseCategoricalCrossentropy", sparse, labels, numbers(5, 2, 3, low=0.1), WEIGHTS, reduction, ignore_class=-1)
    case("sparseCategoricalCrossentropy", sparse, np.full(3, 255), numbers(3, 4, low=0.1), None, reduction, ignore_class=255)
    case("meanSquaredError", squared, numbers(2, 2), numbers(2, 2), [0.0, 0.0], reduction)

case("meanSquaredError", squared, numbers(5, 3), numbers(5, 3), WEIGHTS, "mean")
case("sparseCategoricalCrossentropy", sparse, np.array([0, 2, 1]), numbers(3, 3, low=0.1), None, "mean", ignore_class=2)

# The rare losses and their options.
for gamma in (2.0, 0.0, 0.5, 3.5):
    for balanced in (False, True):
        case("binaryFocalCrossentropy", binary_focal, numbers(4, 3).round(), numbers(4, 3, low=0.02, high=0.98), gamma=gamma, apply_class_balancing=balanced)
    case("binaryFocalCrossentropy", binary_focal, numbers(4, 3), numbers(4, 3, low=-6, high=6), gamma=gamma, alpha=0.75, apply_class_balancing=True, from_logits=True, label_smoothing=0.1)
    case("binaryFocalCrossentropy", binary_focal, numbers(5, 1).round(), numbers(5, 1, low=-6, high=6), WEIGHTS, gamma=gamma, from_logits=True)
    case("categoricalFocalCrossentropy", categorical_focal, one_hot([0, 2, 1, 3], 4), numbers(4, 4, low=0.05), gamma=gamma)
    case("categoricalFocalCrossentropy", categorical_focal, one_hot([0, 2, 1, 3, 3], 4), numbers(5, 4, low=-4, high=4), WEIGHTS, gamma=gamma, alpha=0.5, from_logits=True)
    case("categoricalFocalCrossentropy", categorical_focal, one_hot([0, 2, 1], 3), numbers(3, 3, low=-4, high=4), gamma=gamma, from_logits=True, label_smoothing=0.2)
    case("categoricalFocalCrossentropy", categorical_focal, one_hot([0, 2, 1], 3), numbers(3, 3, low=0.05), gamma=gamma, label_smoothing=0.2)
for q in (0.5, 0.7, 0.01):
    case("categoricalGeneralizedCrossEntropy", generalized, np.array([0, 2, 1, 2, 0]), numbers(5, 3, low=0.05), WEIGHTS, q=q)
masks = numbers(2, 3, 4, 2).round()
for axis in (None, -1, (1, 2, 3), (-2, -1), (0, 1, 2, 3)):
    for weights in (None, [0.5, 2.0]):
        if axis in (-1, (-2, -1)) and weights is not None:
            continue
        case("dice", dice, masks, numbers(2, 3, 4, 2), weights, axis=axis)
        case("tversky", tversky, masks, numbers(2, 3, 4, 2), weights, axis=axis, alpha=0.3, beta=0.7)
case("dice", dice, np.zeros((2, 3)), numbers(2, 3), axis=-1)

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "losses.json"), "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n")
print(len(cases), "cases")
