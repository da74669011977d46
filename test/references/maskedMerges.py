# Writes maskedMerges.json beside itself: python3 test/references/maskedMerges.py
# Made with PyTorch 1.13 and NumPy 1.24 (Debian), in float64: maximum, minimum and product of tensors some of which carry a mask,
# input by input as in Keras 3's Merge (_apply_merge_op_and_or_mask) and Multiply, and their gradients by PyTorch.
import json
import os

import numpy as np
import torch

random = np.random.RandomState(41)


def tensor_of(values):
    return {"shape": list(values.shape), "data": [float(f"{value:.9g}") for value in values.detach().numpy().ravel()]}


def spread(values, mask):
    """A mask over all values of its tensor."""
    return mask[..., None].expand(values.shape)


def extreme(function, xs, masks):
    y, counting = xs[0], None if masks[0] is None else spread(xs[0], masks[0])
    for x, mask in zip(xs[1:], masks[1:]):
        given = None if mask is None else spread(x, mask)
        if given is not None:
            x = torch.where(given, x, y)
        if counting is not None:
            y = torch.where(counting, y, x)
        counting = None if given is None or counting is None else counting | given
        y = function(y, x)
    return y


def product(xs, masks):
    y = None
    for x, mask in zip(xs, masks):
        if mask is not None:
            x = torch.where(spread(x, mask), x, torch.ones((), dtype=x.dtype))
        y = x if y is None else y * x
    if all(mask is not None for mask in masks):
        either = torch.stack(masks).any(0)
        y = torch.where(spread(y, either), y, torch.zeros((), dtype=y.dtype))
    return y


def merged(kind, xs, masks):
    rank = max(x.dim() for x in xs)
    masks = [mask if x.dim() == rank else None for x, mask in zip(xs, masks)]
    xs = [x.reshape([x.shape[0]] + [1] * (rank - x.dim()) + list(x.shape[1:])) for x in xs]
    if kind == "multiply":
        return product(xs, masks)
    return extreme(torch.maximum if kind == "maximum" else torch.minimum, xs, masks)


cases = []


def case(kind, *inputs):
    """Each input is its shape and whether it has a mask, which leaves out about half of the steps."""
    # Multiples of 1/64 that differ from input to input, so that no two of a place are equal.
    values = [np.round(random.uniform(-2, 2, shape) * 8) / 8 + i / 64 for i, (shape, _) in enumerate(inputs)]
    xs = [torch.tensor(value, requires_grad=True) for value in values]
    masks = [torch.tensor(random.uniform(0, 1, shape[:-1]) < 0.5) if has else None for shape, has in inputs]
    y = merged(kind, xs, masks)
    dy = torch.tensor(np.round(random.uniform(-2, 2, y.shape) * 64) / 64)
    y.backward(dy)
    cases.append({
        "kind": kind,
        "inputs": [tensor_of(x) for x in xs],
        "masks": [None if mask is None else tensor_of(mask[..., None].double()) for mask in masks],
        "y": tensor_of(y),
        "dY": tensor_of(dy),
        "dInputs": [tensor_of(x.grad) for x in xs],
    })


A, WIDE = [3, 4, 2], [3, 4, 1]
for kind in ["maximum", "minimum", "multiply"]:
    case(kind, (A, True), (A, True))
    case(kind, (A, True), (A, False))
    case(kind, (A, False), (A, True))
    case(kind, (A, True), (A, True), (A, True))
    case(kind, (A, True), (A, False), (A, True))
    case(kind, (A, True), (A, True), (A, False))
    case(kind, (WIDE, True), (A, True), (A, True))
    case(kind, (A, True), ([3, 1, 2], False))
    case(kind, ([3, 1, 2], False), (A, True), (WIDE, True))
    case(kind, (A, True), ([3, 2], False))
    case(kind, ([2, 3, 2], True), ([2, 4, 3, 2], True), ([2, 4, 3, 2], False))
    case(kind, ([2, 3, 2, 2], True), ([2, 3, 2, 2], True))

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "maskedMerges.json"), "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "\n]\n")
