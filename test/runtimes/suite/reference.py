"""Writes reference.js beside this file: a small training in float64, gradients by PyTorch.

12 rows of 3 numbers, dense(5, tanh), dense(2, softmax), sparse categorical cross-entropy, in order, batches of 5
(the last has 2 rows), 20 epochs of Adam as Keras 3 has it: w -= lr sqrt(1 - beta2^t) / (1 - beta1^t) m / (sqrt(v) + 1e-7).
The loss of an epoch is the mean over its rows, each in the batch in which it was trained on.
"""
from pathlib import Path

import torch

torch.set_default_dtype(torch.float64)
ROWS, FEATURES, UNITS, CLASSES = 12, 3, 5, 2
BATCH, EPOCHS, RATE = 5, 20, 0.05


def numbers(count, factor, modulus):
    """Remainders, rounded to float32 as the suite has them."""
    return (torch.arange(count) * factor % modulus / modulus - 0.5).to(torch.float32).to(torch.float64)


x = 2 * numbers(ROWS * FEATURES, 37, 101).reshape(ROWS, FEATURES)
y = torch.arange(ROWS) % 5 % CLASSES
shapes = [(FEATURES, UNITS), (UNITS,), (UNITS, CLASSES), (CLASSES,)]
weights = [numbers(torch.Size(shape).numel(), 17, 29).reshape(shape).requires_grad_() for shape in shapes]
means = [torch.zeros_like(w) for w in weights]
squares = [torch.zeros_like(w) for w in weights]


def logits(rows):
    kernel, bias, last_kernel, last_bias = weights
    return torch.tanh(rows @ kernel + bias) @ last_kernel + last_bias


losses = []
step = 0
for _ in range(EPOCHS):
    total = 0.0
    for start in range(0, ROWS, BATCH):
        rows, labels = x[start : start + BATCH], y[start : start + BATCH]
        loss = torch.nn.functional.cross_entropy(logits(rows), labels)
        total += loss.item() * len(rows)
        step += 1
        rate = RATE * (1 - 0.999**step) ** 0.5 / (1 - 0.9**step)
        for w, g, m, v in zip(weights, torch.autograd.grad(loss, weights), means, squares):
            m.mul_(0.9).add_(0.1 * g)
            v.mul_(0.999).add_(0.001 * g * g)
            w.data -= rate * m / (v.sqrt() + 1e-7)
    losses.append(total / ROWS)

with torch.no_grad():
    outputs = torch.softmax(logits(x), dim=1)
    evaluated = torch.nn.functional.cross_entropy(logits(x), y).item()


def listed(values):
    return "[" + ", ".join(f"{value:.9f}" for value in values) + "]"


Path(__file__).with_name("reference.js").write_text(
    f"""// Written by reference.py, which says what was trained: float64, gradients by PyTorch.

/** The loss of each epoch. */
// prettier-ignore
export const LOSSES = {listed(losses)};

/** The loss over all rows afterwards. */
export const EVALUATED_LOSS = {evaluated:.9f};

/** Afterwards the probability of the first class, for each row. */
// prettier-ignore
export const PREDICTIONS = {listed(outputs[:, 0].tolist())};
"""
)
