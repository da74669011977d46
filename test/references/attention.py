# Writes attention.json beside itself: python3 test/references/attention.py
# Made with PyTorch 1.13 and NumPy 1.24 (Debian), in float64: outputs, scores and gradients of multi-head attention. It is
# written out below after Keras's formulas and order of weights; where PyTorch's nn.MultiheadAttention computes the
# same, its own result and gradients are compared first.
import json
import math
import os

import numpy as np
import torch

random = np.random.RandomState(61)


def draw(*shape):
    """Numbers that float32 holds exactly."""
    return torch.tensor(random.randint(-64, 65, shape) / 64 + 1 / 256)


def rounded(array):
    return [float(f"{value:.8g}") for value in np.asarray(array, dtype=np.float64).ravel()]


def tensor_of(value):
    return {"shape": list(value.shape), "data": rounded(value.detach())}


def attend(query, value, key, weights, mask, options):
    """Keras's layer; where a target may see nothing, as its fused kernels do (the mean) or as its softmax does (zeros)."""

    def project(name, x, equation):
        y = torch.einsum(equation, x, weights[f"{name}/kernel"])
        bias = weights.get(f"{name}/bias")
        return y if bias is None else y + bias

    q, k, v = [
        project(name, x, "bsd,dhk->bshk")
        for name, x in [("query", query), ("key", key), ("value", value)]
    ]
    scores = torch.einsum("bthk,bshk->bhts", q, k) / math.sqrt(options["keyDim"])
    seen = torch.ones(scores.shape[0], 1, *scores.shape[2:], dtype=torch.bool)
    if mask is not None:
        seen = seen & (mask != 0)[:, None]
    if options.get("useCausalMask"):
        seen = seen & torch.ones(scores.shape[2:], dtype=torch.bool).tril()
    p = torch.softmax(torch.where(seen, scores, torch.tensor(-1e9, dtype=scores.dtype)), dim=-1)
    if options.get("returnAttentionScores"):
        p = torch.where(seen, p, torch.tensor(0.0, dtype=p.dtype))
    o = torch.einsum("bhts,bshv->bthv", p, v)
    kernel = weights["attentionOutput/kernel"]
    y = torch.tensordot(o, kernel, dims=2)
    bias = weights.get("attentionOutput/bias")
    y = y if bias is None else y + bias
    return [y, p] if options.get("returnAttentionScores") else [y]


def compare_with_torch(query, value, key, weights, mask, options, outputs):
    """Where nn.MultiheadAttention computes the same: heads that fill the features of the query, and nothing hidden whole."""
    heads, key_dim, features = options["numHeads"], options["keyDim"], query.shape[-1]
    seen = torch.ones(query.shape[0], query.shape[1], value.shape[1], dtype=torch.bool)
    if mask is not None:
        seen = seen & (mask != 0)
    if options.get("useCausalMask"):
        seen = seen & torch.ones(seen.shape[1:], dtype=torch.bool).tril()
    fits = heads * key_dim == features and "valueDim" not in options and "outputShape" not in options
    if not fits or not seen.any(dim=-1).all():
        return False
    use_bias = options.get("useBias", True)
    module = torch.nn.MultiheadAttention(
        features, heads, bias=use_bias, kdim=key.shape[-1], vdim=value.shape[-1], batch_first=True
    ).double()
    matrices = [weights[f"{name}/kernel"].detach().flatten(1).T for name in ("query", "key", "value")]
    with torch.no_grad():
        if module.in_proj_weight is not None:
            module.in_proj_weight.copy_(torch.cat(matrices))
        else:
            module.q_proj_weight.copy_(matrices[0])
            module.k_proj_weight.copy_(matrices[1])
            module.v_proj_weight.copy_(matrices[2])
        module.out_proj.weight.copy_(weights["attentionOutput/kernel"].detach().flatten(0, 1).T)
        if use_bias:
            biases = [weights[f"{name}/bias"].detach().flatten() for name in ("query", "key", "value")]
            module.in_proj_bias.copy_(torch.cat(biases))
            module.out_proj.bias.copy_(weights["attentionOutput/bias"].detach())
    hidden = ~seen.repeat_interleave(heads, dim=0)
    y, p = module(query, key, value, attn_mask=hidden, average_attn_weights=False)
    assert torch.allclose(outputs[0], y, atol=1e-12)
    if len(outputs) == 2:
        assert torch.allclose(outputs[1], p, atol=1e-12)
    dY = torch.ones_like(y)
    [ours] = torch.autograd.grad(outputs[0], query, dY, retain_graph=True)
    [theirs] = torch.autograd.grad(y, query, dY)
    assert torch.allclose(ours, theirs, atol=1e-12)
    return True


cases = []
compared = 0


def case(options, shapes, batch=2, form="list", mask=None):
    """shapes: [steps, features] of query, value and key, of which the last ones may be missing."""
    global compared
    inputs = [draw(batch, *shape) for shape in shapes]
    query = inputs[0]
    value = inputs[1] if len(inputs) > 1 else query
    key = inputs[2] if len(inputs) > 2 else value
    heads, key_dim = options["numHeads"], options["keyDim"]
    value_dim = options.get("valueDim", key_dim)
    output = options.get("outputShape", [query.shape[-1]])
    output = output if isinstance(output, list) else [output]
    ends = {
        "query": ([query.shape[-1]], [heads, key_dim]),
        "key": ([key.shape[-1]], [heads, key_dim]),
        "value": ([value.shape[-1]], [heads, value_dim]),
        "attentionOutput": ([heads, value_dim], output),
    }
    weights = {}
    for name, (before, after) in ends.items():
        weights[f"{name}/kernel"] = draw(*before, *after)
        if options.get("useBias", True):
            weights[f"{name}/bias"] = draw(*after)
    for tensor in [*inputs, *weights.values()]:
        tensor.requires_grad_()
    outputs = attend(query, value, key, weights, mask, options)
    compared += compare_with_torch(query, value, key, weights, mask, options, outputs)
    d_outputs = [draw(*y.shape) for y in outputs]
    torch.autograd.backward(outputs, d_outputs)
    cases.append({
        "options": options,
        "form": form,
        "inputs": [tensor_of(x) for x in inputs],
        "mask": None if mask is None else tensor_of(mask),
        "weights": {name: tensor_of(weight) for name, weight in weights.items()},
        "outputs": [tensor_of(y) for y in outputs],
        "dOutputs": [tensor_of(dY) for dY in d_outputs],
        "dInputs": [tensor_of(x.grad) for x in inputs],
        "dWeights": {name: tensor_of(weight.grad) for name, weight in weights.items()},
    })


def masked(rows, targets, sources, shown=0.6):
    return torch.tensor((random.rand(rows, targets, sources) < shown) * 1.0)


def hiding(mask, row, target):
    """That target of that row sees nothing."""
    mask[row, target] = 0
    return mask


def showing(mask):
    """Every target sees the first source."""
    mask[:, :, 0] = 1
    return mask


# Self-attention, cross-attention with features of their own, and a key beside the value.
case({"numHeads": 2, "keyDim": 2}, [[5, 4]])
case({"numHeads": 3, "keyDim": 2, "useBias": False}, [[3, 6], [5, 6]])
case({"numHeads": 2, "keyDim": 3, "valueDim": 5}, [[4, 3], [7, 2]])
case({"numHeads": 1, "keyDim": 4}, [[2, 4], [3, 5], [3, 2]])
case({"numHeads": 5, "keyDim": 1, "valueDim": 2, "outputShape": 3, "useBias": False}, [[1, 4], [6, 4], [6, 1]])
case({"numHeads": 2, "keyDim": 3, "outputShape": [2, 3]}, [[3, 2], [2, 4]])
# Causal, also with other lengths of the two sequences.
case({"numHeads": 2, "keyDim": 3, "useCausalMask": True}, [[6, 6]], batch=3)
case({"numHeads": 2, "keyDim": 2, "useCausalMask": True}, [[5, 4], [3, 4]])
case({"numHeads": 2, "keyDim": 2, "useCausalMask": True, "valueDim": 3}, [[3, 2], [5, 3]])
# Masks; also with a target that sees nothing, and causal ones.
case({"numHeads": 2, "keyDim": 2}, [[4, 4], [5, 4]], form="named", mask=showing(masked(2, 4, 5)))
case({"numHeads": 2, "keyDim": 2}, [[5, 4]], form="named", mask=showing(masked(2, 1, 5)))
case({"numHeads": 2, "keyDim": 3}, [[3, 2], [4, 2]], form="named", mask=hiding(masked(2, 3, 4), 1, 2))
case({"numHeads": 2, "keyDim": 2, "useCausalMask": True}, [[4, 4]], form="named", mask=hiding(masked(2, 4, 4), 0, 1))
# Scores as an output.
case({"numHeads": 2, "keyDim": 2, "returnAttentionScores": True}, [[4, 4], [3, 2]])
case({"numHeads": 2, "keyDim": 3, "returnAttentionScores": True, "useCausalMask": True}, [[5, 2]])
case(
    {"numHeads": 2, "keyDim": 2, "returnAttentionScores": True},
    [[3, 4], [4, 3], [4, 2]],
    form="list",
    mask=hiding(masked(2, 3, 4), 1, 0),
)

assert compared >= 7, compared
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "attention.json")
with open(path, "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n")
