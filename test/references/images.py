# Writes images.json beside itself: python3 test/references/images.py
# Made with NumPy 1.24, SciPy 1.10 and PyTorch 1.13 (Debian), in float64. Transforms are the formulas of Keras 3's
# RandomRotation, RandomTranslation and RandomZoom; images are moved as its NumPy backend does (padded by NumPy,
# then sampled by scipy.ndimage.map_coordinates) and gradients are the transpose of that map, column by column.
# Resizing, contrast and brightness with their gradients are PyTorch's.
import json
import os

import numpy as np
import torch
import torch.nn.functional as F
from scipy.ndimage import map_coordinates

random = np.random.RandomState(40)
PADDING = {"reflect": "symmetric", "wrap": "wrap", "constant": "constant", "nearest": "edge"}


def draw(*shape):
    return random.permutation(np.arange(-255, 256, 2))[: int(np.prod(shape))].reshape(shape) / 128


def rounded(array):
    return [float(f"{value:.8g}") for value in np.asarray(array, dtype=np.float64).ravel()]


def rotation(factor, height, width):
    angle = 2 * np.pi * factor
    cx, cy = (width - 1) / 2, (height - 1) / 2
    a0, a1, b0, b1 = np.cos(angle), -np.sin(angle), np.sin(angle), np.cos(angle)
    return [a0, a1, cx - cx * a0 - cy * a1, b0, b1, cy - cx * b0 - cy * b1]


def translation(height_factor, width_factor, height, width):
    return [1, 0, -width_factor * width, 0, 1, -height_factor * height]


def zoom(height_factor, width_factor, height, width):
    zy, zx = 1 + height_factor, 1 + width_factor
    return [zx, 0, (width - 1) / 2 * (1 - zx), 0, zy, (height - 1) / 2 * (1 - zy)]


def affine(image, transform, fill_mode, fill_value, order):
    height, width, channels = image.shape
    a0, a1, a2, b0, b1, b2 = transform
    y, x = np.meshgrid(np.arange(height), np.arange(width), indexing="ij")
    pad = 20
    options = {"constant_values": fill_value} if fill_mode == "constant" else {}
    positions = [b0 * x + b1 * y + b2 + pad, a0 * x + a1 * y + a2 + pad]
    assert all(p.min() > 1 and p.max() < n + 2 * pad - 2 for p, n in zip(positions, (height, width)))
    planes = []
    for channel in range(channels):
        padded = np.pad(image[:, :, channel], pad, mode=PADDING[fill_mode], **options)
        planes.append(map_coordinates(padded, positions, order=order))
    return np.stack(planes, axis=-1)


def transposed(shape, transform, fill_mode, order, gradient):
    result = np.zeros(shape)
    for place in np.ndindex(*shape):
        basis = np.zeros(shape)
        basis[place] = 1
        result[place] = np.sum(affine(basis, transform, fill_mode, 0, order) * gradient)
    return result


MOVES = [
    ("rotation", [0.03]), ("rotation", [-0.21]), ("rotation", [0.47]),
    ("translation", [0.31, -0.13]), ("translation", [-0.87, 0.93]),
    ("zoom", [0.37, -0.29]), ("zoom", [-0.63, 0.91]),
]  # fmt: skip
moved = []
for kind, factors in MOVES:
    for fill_mode in PADDING:
        for order, interpolation in enumerate(["nearest", "bilinear"]):
            shape = (5, 4, 2) if fill_mode in ("reflect", "constant") else (3, 7, 1)
            x, gradient = draw(*shape), draw(*shape)
            transform = globals()[kind](*factors, *shape[:2])
            y = affine(x, transform, fill_mode, 0.75, order)
            moved.append({
                "kind": kind, "factors": factors, "fillMode": fill_mode, "interpolation": interpolation,
                "shape": shape, "transform": [float(number) for number in transform], "x": rounded(x),
                "y": rounded(y), "dY": rounded(gradient),
                "dX": rounded(transposed(shape, transform, fill_mode, order, gradient)),
            })  # fmt: skip

resized = []
for shape, size in [((5, 4, 2), (3, 7)), ((4, 6, 1), (2, 3)), ((3, 2, 3), (6, 5)), ((4, 4, 1), (6, 6))]:
    for interpolation in ["nearest", "bilinear"]:
        x = torch.tensor(draw(*shape), requires_grad=True)
        gradient = draw(*size, shape[2])
        options = {"mode": "nearest-exact"} if interpolation == "nearest" else {"mode": "bilinear", "align_corners": False}
        y = F.interpolate(x.permute(2, 0, 1)[None], size=size, **options)[0].permute(1, 2, 0)
        y.backward(torch.tensor(gradient))
        resized.append({
            "shape": shape, "size": size, "interpolation": interpolation, "x": rounded(x.detach()),
            "y": rounded(y.detach()), "dY": rounded(gradient), "dX": rounded(x.grad),
        })  # fmt: skip

colours = []
for kind, amount in [("contrast", 1.6), ("contrast", 0.4), ("brightness", 0.55), ("brightness", -1.1)]:
    shape = (3, 4, 2)
    x = torch.tensor(draw(*shape), requires_grad=True)
    gradient = draw(*shape)
    mean = x.mean(dim=(0, 1), keepdim=True)
    y = (x - mean) * amount + mean if kind == "contrast" else x + amount
    y = y.clamp(-1, 1.25)
    y.backward(torch.tensor(gradient))
    colours.append({
        "kind": kind, "amount": amount, "range": [-1, 1.25], "shape": shape, "x": rounded(x.detach()),
        "y": rounded(y.detach()), "dY": rounded(gradient), "dX": rounded(x.grad),
    })  # fmt: skip

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "images.json")
with open(path, "w") as file:
    json.dump({"moved": moved, "resized": resized, "colours": colours}, file, separators=(",", ":"))
    file.write("\n")
