# Writes convolution1d.json, convolution2d.json and pooling.json beside itself: python3 test/references/convolution.py
# Made with PyTorch 1.13 (Debian), in float64: outputs and gradients of convolutions and pools. The formulas are PyTorch's
# functions; the zeros around images for "same" and the order of axes are Keras's, so images are [batch, height, width,
# channels] here and [batch, channels, height, width] in between.
import json
import os

import numpy as np
import torch
import torch.nn.functional as F

random = np.random.RandomState(31)
cases = []


def draw(shape, step=100):
    """Short numbers that all differ, so that no maximum is a tie; float32 holds them to 3e-8."""
    size = int(np.prod(shape))
    return (random.permutation(np.arange(-size, size, 2)) / step).reshape(shape)


def rounded(array):
    return [float(f"{value:.7g}") for value in np.asarray(array, dtype=np.float64).ravel()]


def tensor_of(value):
    return {"shape": list(value.shape), "data": rounded(value)}


def case(kind, shape, forward, weights, options):
    given = torch.tensor(draw(shape), requires_grad=True)
    learnt = {name: torch.tensor(draw(of, 500), requires_grad=True) for name, of in weights.items()}
    y = forward(given, **learnt)
    dy = draw(list(y.shape))
    y.backward(torch.tensor(dy))
    cases.append({
        "kind": kind,
        "options": options,
        "inputs": [tensor_of(given.detach())],
        "weights": [tensor_of(value.detach()) for value in learnt.values()],
        "y": tensor_of(y.detach()),
        "dY": tensor_of(dy),
        "dInputs": [tensor_of(given.grad)],
        "dWeights": {name: tensor_of(value.grad) for name, value in learnt.items()},
    })


def first(x):
    return x.movedim(-1, 1)


def last(x):
    return x.movedim(1, -1)


def pair(value, rank):
    return list(value) if isinstance(value, (list, tuple)) else [value] * rank


def zeros_around(n, k, s, d, padding):
    """How many zeros Keras puts before and behind an axis."""
    if padding == "valid":
        return [0, 0]
    if padding == "causal":
        return [(k - 1) * d, 0]
    total = max((-(-n // s) - 1) * s + (k - 1) * d + 1 - n, 0)
    return [total // 2, total - total // 2]


def padded(x, sizes, strides, dilation, padding, value=0.0):
    """x [batch, channels, ...] with what the padding adds."""
    around = [zeros_around(*numbers, padding) for numbers in zip(x.shape[2:], sizes, strides, dilation)]
    return F.pad(x, [count for axis in reversed(around) for count in axis], value=value)


def convolve(x, kernel, bias, strides, dilation, padding, groups):
    rank = x.ndim - 2
    strides, dilation = pair(strides, rank), pair(dilation, rank)
    turned = kernel.movedim(-1, 0).movedim(-1, 1)
    function = F.conv1d if rank == 1 else F.conv2d
    wide = padded(first(x), kernel.shape[:rank], strides, dilation, padding)
    return last(function(wide, turned, bias, strides, 0, dilation, groups))


def activated(y, name):
    return {"linear": lambda y: y, "tanh": torch.tanh, "relu": torch.relu}[name](y)


def conv(kind, shape, filters, size, strides=1, padding="valid", dilation=1, groups=1, bias=True, activation="linear"):
    rank = len(shape) - 2
    weights = {"kernel": pair(size, rank) + [shape[-1] // groups, filters], **({"bias": [filters]} if bias else {})}
    case(
        kind, shape,
        lambda x, kernel, bias=None: activated(
            convolve(x, kernel, bias, strides, dilation, padding, groups), activation,
        ),
        weights,
        {
            "filters": filters, "kernelSize": size, "strides": strides, "padding": padding, "dilationRate": dilation,
            "groups": groups, "useBias": bias, "activation": activation,
        },
    )


conv("conv2d", [2, 5, 6, 4], 6, 3, groups=2)
conv("conv2d", [1, 4, 5, 4], 8, [2, 3], padding="same", groups=4, activation="tanh")
conv("conv2d", [1, 7, 6, 3], 2, 3, padding="same", dilation=2)
conv("conv2d", [1, 8, 9, 2], 3, [2, 3], padding="same", dilation=[3, 2], bias=False)
conv("conv2d", [2, 7, 5, 3], 5, [4, 3], strides=[3, 2], padding="same", activation="relu")
conv("conv2d", [1, 3, 2, 2], 3, 5, padding="same")
conv("conv2d", [2, 4, 5, 7], 3, 1, strides=2)
conv("conv2d", [1, 9, 4, 1], 1, [3, 2], strides=[4, 3])
conv("conv1d", [2, 9, 3], 4, 3)
conv("conv1d", [2, 8, 4], 6, 3, strides=2, padding="same", groups=2, activation="tanh")
conv("conv1d", [2, 9, 2], 3, 3, padding="causal", dilation=2)
conv("conv1d", [1, 7, 5], 2, 4, strides=3, padding="causal", bias=False)


def depthwise(x, kernel, bias, strides, dilation, padding):
    channels, multiplier = kernel.shape[-2:]
    grouped = kernel.reshape(list(kernel.shape[:-2]) + [1, channels * multiplier])
    return convolve(x, grouped, bias, strides, dilation, padding, channels)


def depthwise_case(shape, multiplier, size, strides=1, padding="valid", dilation=1):
    rank = len(shape) - 2
    case(
        f"depthwiseConv{rank}d", shape, lambda x, kernel, bias: depthwise(x, kernel, bias, strides, dilation, padding),
        {"kernel": pair(size, rank) + [shape[-1], multiplier], "bias": [shape[-1] * multiplier]},
        {
            "depthMultiplier": multiplier, "kernelSize": size, "strides": strides, "padding": padding,
            "dilationRate": dilation,
        },
    )


depthwise_case([1, 5, 4, 5], 1, 3, padding="same")
depthwise_case([1, 7, 6, 3], 2, [3, 2], strides=2, padding="same")
depthwise_case([1, 7, 6, 2], 3, 2, dilation=[2, 3])


def separable_case(shape, filters, multiplier, size, strides=1, padding="valid", dilation=1):
    rank = len(shape) - 2
    case(
        f"separableConv{rank}d", shape,
        lambda x, depthwiseKernel, pointwiseKernel, bias: convolve(
            depthwise(x, depthwiseKernel, None, strides, dilation, padding), pointwiseKernel, bias, 1, 1, "valid", 1,
        ),
        {
            "depthwiseKernel": pair(size, rank) + [shape[-1], multiplier],
            "pointwiseKernel": [1] * rank + [shape[-1] * multiplier, filters],
            "bias": [filters],
        },
        {
            "filters": filters, "depthMultiplier": multiplier, "kernelSize": size, "strides": strides,
            "padding": padding, "dilationRate": dilation,
        },
    )


separable_case([2, 5, 4, 3], 4, 2, 3, padding="same")
separable_case([1, 6, 7, 2], 3, 1, [2, 3], strides=2)
separable_case([1, 7, 7, 2], 5, 1, 2, dilation=2)


def transposed_case(shape, filters, size, strides=1, padding="valid", dilation=1, activation="linear"):
    """PyTorch computes the output without padding; "same" leaves n * stride of it, cut as the convolution pads."""
    sizes, steps, gaps = pair(size, 2), pair(strides, 2), pair(dilation, 2)

    def forward(x, kernel, bias):
        turned = kernel.movedim(-1, 0).movedim(-1, 1)
        y = F.conv_transpose2d(first(x), turned, None, steps, 0, 0, 1, gaps)
        for axis, (n, k, s, d) in enumerate(zip(x.shape[1:3], sizes, steps, gaps)):
            length = n * s if padding == "same" else n * s + max((k - 1) * d + 1 - s, 0)
            before = zeros_around(length, k, s, d, padding)[0]
            missing = max(before + length - y.shape[axis + 2], 0)
            behind = [0, 0, 0, missing] if axis == 0 else [0, missing, 0, 0]
            y = F.pad(y, behind).narrow(axis + 2, before, length)
        return activated(last(y) + bias, activation)

    case(
        "conv2dTranspose", shape, forward, {"kernel": sizes + [filters, shape[-1]], "bias": [filters]},
        {
            "filters": filters, "kernelSize": size, "strides": strides, "padding": padding,
            "dilationRate": dilation, "activation": activation,
        },
    )


transposed_case([1, 3, 4, 3], 4, 3, strides=2, padding="same", activation="tanh")
transposed_case([2, 3, 2, 3], 2, [2, 3], strides=2)
transposed_case([1, 3, 4, 2], 3, [3, 4], padding="same")
transposed_case([1, 3, 2, 5], 1, 2, strides=3)
transposed_case([1, 3, 2, 2], 3, 2, strides=[3, 4], padding="same")
transposed_case([1, 3, 4, 2], 3, [3, 2], dilation=2)


def pool_case(kind, shape, size, strides=None, padding="valid"):
    rank = len(shape) - 2
    sizes, steps = pair(size, rank), pair(size if strides is None else strides, rank)
    is_max = kind.startswith("max")

    def forward(x):
        wide = padded(first(x), sizes, steps, [1] * rank, padding, -np.inf if is_max else 0.0)
        if is_max:
            return last((F.max_pool1d if rank == 1 else F.max_pool2d)(wide, sizes, steps))
        ones = padded(torch.ones_like(first(x)), sizes, steps, [1] * rank, padding)
        mean = F.avg_pool1d if rank == 1 else F.avg_pool2d
        return last(mean(wide, sizes, steps) / mean(ones, sizes, steps))

    options = {"poolSize": size, "padding": padding, **({} if strides is None else {"strides": strides})}
    case(kind, shape, forward, {}, options)


for name in ["max", "average"]:
    pool_case(name + "Pooling2d", [2, 5, 7, 5], 2)
    pool_case(name + "Pooling2d", [1, 6, 5, 3], [3, 2], [1, 2], "same")
    pool_case(name + "Pooling2d", [1, 5, 5, 2], 2, 3, "same")
    pool_case(name + "Pooling1d", [2, 7, 3], 2)
    pool_case(name + "Pooling1d", [2, 8, 5], 3, 2, "same")


def global_case(kind, shape, keepdims):
    axes = tuple(range(1, len(shape) - 1))
    function = torch.amax if "Max" in kind else torch.mean
    case(kind, shape, lambda x: function(x, axes, keepdims), {}, {"keepdims": keepdims})


for name in ["globalMaxPooling", "globalAveragePooling"]:
    global_case(name + "1d", [2, 5, 3], False)
    global_case(name + "2d", [2, 3, 4, 5], False)
    global_case(name + "2d", [1, 4, 3, 2], True)


def upsample(shape, size):
    height, width = size
    case(
        "upSampling2d", shape,
        lambda x: last(first(x).repeat_interleave(height, 2).repeat_interleave(width, 3)), {}, {"size": size},
    )


upsample([2, 2, 3, 3], [2, 2])
upsample([1, 3, 2, 5], [3, 1])


def interpolate(shape, size):
    case(
        "upSampling2d", shape,
        lambda x: last(F.interpolate(first(x), scale_factor=size, mode="bilinear", align_corners=False)), {},
        {"size": size, "interpolation": "bilinear"},
    )


interpolate([2, 3, 4, 3], [2, 3])
interpolate([1, 1, 3, 5], [4, 1])


def margins(kind, shape, option, around):
    (above, below), (left, right) = around
    sign = 1 if option == "padding" else -1
    case(
        kind, shape, lambda x: last(F.pad(first(x), [sign * left, sign * right, sign * above, sign * below])), {},
        {option: around},
    )


margins("zeroPadding2d", [2, 2, 3, 3], "padding", [[1, 0], [2, 3]])
margins("cropping2d", [2, 5, 4, 3], "cropping", [[1, 2], [0, 1]])

# What came later is at the end, so that the numbers drawn before stay as they are.
depthwise_case([2, 7, 5], 1, 3, padding="same")
depthwise_case([1, 9, 3], 2, 4, strides=3)
depthwise_case([2, 8, 2], 3, 2, dilation=3, padding="same")
separable_case([2, 6, 3], 4, 2, 3, strides=2, padding="same")
separable_case([1, 8, 5], 3, 1, 2, dilation=3)


def transposed_to(shape, filters, size, output_padding, strides=1, padding="valid", dilation=1, activation="linear"):
    """
    What Keras takes of the output that every step of the input adds its window to: with "same" half of what the window
    has more than `rest`, rounded down, is cut off before. PyTorch's own `padding` cuts the same from both ends, and its
    `output_padding` gives back at the end: where that is enough, its numbers are compared.
    """
    rank = len(shape) - 2
    sizes, steps, gaps = pair(size, rank), pair(strides, rank), pair(dilation, rank)
    extents = [(k - 1) * d + 1 for k, d in zip(sizes, gaps)]
    if output_padding is None:
        rests = [max(k, s) if padding == "valid" else s for k, s in zip(extents, steps)]
    else:
        rests = [
            (k if padding == "valid" else k % 2) + more for k, more in zip(extents, pair(output_padding, rank))
        ]
    cuts = [max(k - rest, 0) // 2 for k, rest in zip(extents, rests)]
    lengths = [(n - 1) * s + rest for n, s, rest in zip(shape[1:], steps, rests)]

    def forward(x, kernel, bias):
        turned = kernel.movedim(-1, 0).movedim(-1, 1)
        function = F.conv_transpose1d if rank == 1 else F.conv_transpose2d
        y = function(first(x), turned, None, steps, 0, 0, 1, gaps)
        for axis, (cut, length) in enumerate(zip(cuts, lengths)):
            behind = [0, 0] * (rank - 1 - axis) + [0, max(cut + length - y.shape[axis + 2], 0)]
            y = F.pad(y, behind).narrow(axis + 2, cut, length)
        own = [cut if padding == "same" else 0 for cut in cuts]
        more = [rest + 2 * cut - k for rest, cut, k in zip(rests, own, extents)]
        if all(0 <= some < max(s, d) for some, s, d in zip(more, steps, gaps)):
            theirs = function(first(x), turned, None, steps, own, more, 1, gaps)
            assert torch.allclose(theirs, y, rtol=0, atol=1e-12)
        return activated(last(y) + bias, activation)

    case(
        f"conv{rank}dTranspose", shape, forward, {"kernel": sizes + [filters, shape[-1]], "bias": [filters]},
        {
            "filters": filters, "kernelSize": size, "strides": strides, "padding": padding,
            "dilationRate": dilation, "activation": activation, "outputPadding": output_padding,
        },
    )


transposed_to([2, 4, 3], 2, 3, None, strides=2, padding="same", activation="tanh")
transposed_to([1, 5, 2], 3, 2, None, strides=3)
transposed_to([1, 4, 2], 3, 4, None, dilation=2, padding="same")
transposed_to([2, 3, 2], 3, 3, 1, strides=2)
transposed_to([1, 4, 2], 2, 2, 2, strides=3, padding="same")
transposed_to([1, 4, 3], 2, 4, 0, strides=2, padding="same", activation="relu")
transposed_to([1, 3, 2], 2, 5, 2, strides=4, padding="same")
transposed_to([1, 3, 2, 3], 2, 3, [1, 0], strides=2, padding="same")
transposed_to([1, 2, 3, 2], 2, [2, 3], [0, 2], strides=[2, 3])
transposed_to([1, 3, 2, 2], 1, [4, 5], [0, 1], strides=[1, 2], padding="same")

case("upSampling1d", [2, 3, 5], lambda x: x.repeat_interleave(3, 1), {}, {"size": 3})
case("upSampling1d", [1, 4, 2], lambda x: x.repeat_interleave(2, 1), {}, {})
case("zeroPadding1d", [2, 3, 3], lambda x: F.pad(x, [0, 0, 2, 1]), {}, {"padding": [2, 1]})
case("zeroPadding1d", [1, 2, 5], lambda x: F.pad(x, [0, 0, 1, 1]), {}, {})
case("cropping1d", [2, 5, 3], lambda x: x[:, 0:3], {}, {"cropping": [0, 2]})
case("cropping1d", [1, 4, 5], lambda x: x[:, 1:-1], {}, {})


def write(name, chosen):
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), name), "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in chosen) + "\n]\n")


write("convolution1d.json", [case for case in cases if "onv" in case["kind"] and "1d" in case["kind"]])
write("convolution2d.json", [case for case in cases if "onv" in case["kind"] and "2d" in case["kind"]])
write("pooling.json", [case for case in cases if "onv" not in case["kind"]])
