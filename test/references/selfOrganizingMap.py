# Writes selfOrganizingMap.json beside this script: maps trained with the batch algorithm (Kohonen, Self-Organizing Maps,
# 3rd ed. 2001), with their quantisation and topographic errors and U-matrix. NumPy 1.24.2 in float64, distances as
# they are defined. Usage: python3 test/references/selfOrganizingMap.py
import csv
import json
import os

import numpy as np

folder = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(folder, "../../examples/data/iris.csv")) as file:
    data = np.array([[float(value) for value in row[:4]] for row in list(csv.reader(file))[1:]])
x = (data - data.mean(axis=0)) / data.std(axis=0)


def positions(rows, columns, grid):
    row, column = np.divmod(np.arange(rows * columns), columns)
    if grid == "rectangular":
        return np.stack([row, column], axis=1).astype(float)
    return np.stack([row * np.sqrt(0.75), column + 0.5 * (row % 2)], axis=1)


def share(kind, squares, radius):
    if kind == "gaussian":
        return np.exp(-squares / (2 * radius**2))
    if kind == "bubble":
        return (squares <= radius**2 + 1e-9).astype(float)
    return np.maximum(0, 1 - squares / radius**2)


def distances(weights):
    return np.sqrt(((x[:, None, :] - weights[None, :, :]) ** 2).sum(axis=2))


def case(rows, columns, epochs, grid="rectangular", neighbourhood="gaussian", decay="exponential", radii=None):
    first, last = radii or (max(rows, columns) / 2, 0.5)
    start = np.round(x[np.random.default_rng(5).permutation(len(x))[: rows * columns]] * 4096) / 4096
    weights = start.copy()
    place = positions(rows, columns, grid)
    squares = ((place[:, None, :] - place[None, :, :]) ** 2).sum(axis=2)
    for epoch in range(epochs):
        t = epoch / (epochs - 1)
        radius = first * (last / first) ** t if decay == "exponential" else first + t * (last - first)
        best = distances(weights).argmin(axis=1)
        shares = share(neighbourhood, squares, radius)[:, best]
        totals = shares.sum(axis=1)
        moved = totals > 0
        weights[moved] = (shares @ x)[moved] / totals[moved, None]
    order = distances(weights).argsort(axis=1, kind="stable")
    near = squares < (2.5 if grid == "rectangular" else 1.5)
    between = np.sqrt(((weights[:, None, :] - weights[None, :, :]) ** 2).sum(axis=2))
    around = near & ~np.eye(len(weights), dtype=bool)
    return {
        "options": {
            "rows": rows, "columns": columns, "epochs": epochs, "grid": grid, "neighbourhood": neighbourhood,
            "decay": decay, "initialRadius": first, "finalRadius": last,
        },
        "start": flat(start),
        "quantizationError": distances(weights).min(axis=1).mean(),
        "topographicError": float(np.mean(~near[order[:, 0], order[:, 1]])),
        "uMatrix": flat((between * around).sum(axis=1) / around.sum(axis=1)),
        "weights": flat(weights),
    }


def flat(values):
    return [float(f"{value:.7g}") for value in np.asarray(values).ravel()]


cases = [
    case(10, 10, 100),
    case(7, 5, 12, grid="hexagonal"),
    case(4, 6, 10, neighbourhood="bubble", decay="linear", radii=(2.7, 0.9)),
    case(3, 5, 10, grid="hexagonal", neighbourhood="epanechnikov", decay="linear", radii=(3, 1.2)),
    case(10, 10, 100, grid="hexagonal"),
]
with open(os.path.join(folder, "selfOrganizingMap.json"), "w") as file:
    file.write('{\n  "x": ' + json.dumps(flat(x)) + ',\n  "cases": [\n')
    file.write(",\n".join("    " + json.dumps(one) for one in cases))
    file.write("\n  ]\n}\n")
