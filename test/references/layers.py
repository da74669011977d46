# Writes layers.json beside itself: python3 test/references/layers.py
# Made with PyTorch 1.13 and NumPy 1.24 (Debian), in float64: outputs and gradients of merging, reordering,
# embedding, PReLU and maxout layers. Formulas are PyTorch's functions; the order of axes in Dot is Keras's.
import json
import os
from functools import reduce

import numpy as np
import torch
import torch.nn.functional as F

random = np.random.RandomState(30)


def draw(shapes):
    """Numbers that float32 holds exactly and that all differ, so that nothing is 0 and no maximum is a tie."""
    sizes = [int(np.prod(shape)) for shape in shapes]
    numbers = random.permutation(np.arange(-255, 256, 2))[: sum(sizes)] / 128
    assert len(numbers) == sum(sizes)
    return [part.reshape(shape) for part, shape in zip(np.split(numbers, np.cumsum(sizes)[:-1]), shapes)]


def rounded(array):
    return [float(f"{value:.8g}") for value in np.asarray(array, dtype=np.float64).ravel()]


def tensor_of(value):
    return {"shape": list(value.shape), "data": rounded(value)}


cases = []


def case(kind, inputs, forward, weights=None, options=None):
    """`inputs` are shapes, or an array of indices; `weights` are shapes by name."""
    names = list(weights or {})
    floating = [isinstance(x, list) for x in inputs]
    shapes = [x for x in inputs if isinstance(x, list)]
    drawn = iter(draw(shapes + [weights[name] for name in names]))
    given = [next(drawn) if wanted else x for x, wanted in zip(inputs, floating)]
    learnt = {name: next(drawn) for name in names}
    tensors = [torch.tensor(x, requires_grad=wanted) for x, wanted in zip(given, floating)]
    parameters = {name: torch.tensor(value, requires_grad=True) for name, value in learnt.items()}
    y = forward(tensors, **parameters)
    [dy] = draw([list(y.shape)])
    y.backward(torch.tensor(dy))
    cases.append({
        "kind": kind,
        "options": options or {},
        "inputs": [tensor_of(x) for x in given],
        "weights": [tensor_of(value) for value in learnt.values()],
        "y": tensor_of(y.detach()),
        "dY": tensor_of(dy),
        "dInputs": [
            tensor_of(x.grad if wanted else np.zeros(x.shape)) for x, wanted in zip(tensors, floating)
        ],
        "dWeights": {name: tensor_of(value.grad) for name, value in parameters.items()},
    })


def ranked(x, rank):
    """Keras's merge: axes of length 1 behind the batch."""
    return x.reshape([x.shape[0]] + [1] * (rank - x.ndim) + list(x.shape[1:]))


def merge(kind, shapes, function, finish=lambda total, n: total):
    rank = max(len(shape) for shape in shapes)
    case(kind, shapes, lambda xs: finish(reduce(function, [ranked(x, rank) for x in xs]), len(xs)))


SHAPES = [
    [[3, 5], [3, 5]],
    [[2, 4, 3], [2, 1, 3]],
    [[2, 4, 3], [2, 4, 1]],
    [[3, 1], [3, 9]],
    [[2, 3], [2, 4, 3]],
    [[2, 2, 1, 3, 1], [2, 1, 2, 1, 3]],
    [[2, 7], [2, 7], [2, 7]],
    [[2, 1], [2, 3, 4], [2, 4], [2, 3, 1]],
]
for shapes in SHAPES:
    merge("multiply", shapes, torch.mul)
for shapes in SHAPES[1::3]:
    merge("add", shapes, torch.add)
    merge("average", shapes, torch.add, lambda total, n: total / n)
    merge("maximum", shapes, torch.maximum)
    merge("minimum", shapes, torch.minimum)
    if len(shapes) == 2:
        merge("subtract", shapes, torch.sub)


def concatenate(shapes, axis):
    case("concatenate", shapes, lambda xs: torch.cat(xs, axis), options={"axis": axis})


concatenate([[3, 4], [3, 2]], -1)
concatenate([[2, 3, 4], [2, 3, 1], [2, 3, 6]], 2)
concatenate([[2, 3, 4], [2, 1, 4], [2, 5, 4]], 1)
concatenate([[2, 2, 1, 3], [2, 2, 3, 3]], -2)


def dot(shapes, axes, normalize=False):
    first, second = axes if isinstance(axes, list) else [axes, axes]

    def forward(xs):
        a, b = xs
        if normalize:
            a, b = F.normalize(a, dim=first), F.normalize(b, dim=second)
        a = a.movedim(first, -1).reshape(a.shape[0], -1, a.shape[first])
        b = b.movedim(second, -1).reshape(b.shape[0], -1, b.shape[second])
        rest = [n for x, axis in zip(xs, (first, second)) for i, n in enumerate(x.shape) if i not in (0, axis % x.ndim)]
        return torch.einsum("bmk,bnk->bmn", a, b).reshape([a.shape[0]] + (rest or [1]))

    case("dot", shapes, forward, options={"axes": axes, "normalize": normalize})


dot([[3, 5], [3, 5]], 1)
dot([[3, 5], [3, 5]], -1, True)
dot([[2, 3, 5], [2, 4, 3]], [1, 2])
dot([[2, 3, 5], [2, 3, 4]], 1, True)
dot([[2, 3, 5], [2, 4, 5]], -1)
dot([[2, 3, 5], [2, 5, 4]], [2, 1], True)
dot([[2, 5], [2, 3, 5]], [1, 2])
dot([[2, 3, 5], [2, 3]], [1, -1])
dot([[2, 2, 4, 3], [2, 3, 4, 1]], [2, 2])
dot([[2, 3, 1, 2], [2, 2, 3, 2]], [3, 1], True)
dot([[2, 1, 4, 3], [2, 4, 2]], [2, 1])


def permute(shape, dims):
    case("permute", [shape], lambda xs: xs[0].permute(0, *dims), options={"dims": dims})


permute([2, 3, 5], [2, 1])
permute([1, 3, 2, 5], [3, 1, 2])
permute([2, 3, 2, 3], [2, 1, 3])
permute([1, 2, 2, 3, 4], [4, 3, 2, 1])
permute([1, 2, 3, 2, 3, 2], [4, 5, 1, 3, 2])
permute([2, 3, 1, 5], [2, 3, 1])
permute([2, 1, 5], [2, 1])
permute([1, 4], [1])
for shape, n in [([3, 5], 4), ([2, 1], 3), ([2, 8], 1)]:
    case("repeatVector", [shape], lambda xs: xs[0].unsqueeze(1).repeat(1, n, 1), options={"n": n})
case("identity", [[2, 3, 4]], lambda xs: xs[0] * 1)


def embedding(indices, rows, width):
    case(
        "embedding", [np.array(indices)], lambda xs, embeddings: F.embedding(xs[0], embeddings),
        {"embeddings": [rows, width]}, {"inputDim": rows, "outputDim": width},
    )


embedding([[0, 4, 4], [1, 0, 4]], 5, 3)
embedding([[[2, 0], [1, 2]], [[0, 0], [0, 1]]], 3, 5)
embedding([1, 1, 0], 2, 4)


def prelu(shape, shared=None):
    alpha = [1 if i in (shared or []) else n for i, n in enumerate(shape) if i > 0]
    options = {"sharedAxes": shared} if shared else {}
    case(
        "prelu", [shape], lambda xs, alpha: torch.where(xs[0] > 0, xs[0], alpha * xs[0]), {"alpha": alpha}, options,
    )


prelu([3, 7])
prelu([2, 3, 5])
prelu([2, 2, 3, 5], [1, 2])
prelu([2, 2, 3, 5], [3])
prelu([2, 2, 3, 5], [2])
prelu([4, 6], [1])


def maxout(shape, units, pieces, bias=True):
    def forward(xs, kernel, bias=0):
        return (xs[0] @ kernel + bias).reshape(shape[:-1] + [units, pieces]).amax(-1)

    weights = {"kernel": [shape[-1], units * pieces], **({"bias": [units * pieces]} if bias else {})}
    case("maxout", [shape], forward, weights, {"units": units, "numElements": pieces, "useBias": bias})


maxout([4, 5], 3, 2)
maxout([2, 3, 4], 2, 5)
maxout([3, 6], 2, 1, False)

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "layers.json"), "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "\n]\n")
