# Writes masks.json beside itself: python3 test/references/masks.py
# Made with PyTorch 1.13 and NumPy 1.24 (Debian), in float64: outputs and gradients of recurrent layers over sequences with a
# mask. The cells are those of recurrent.py (importing it writes its own files again, the same); a step that does not count
# keeps states and outputs as Keras's backend.rnn does. Where the mask is padding, PyTorch's own layers on packed sequences
# are compared first.
import json
import os

import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from recurrent import ACTIVATIONS, CELLS, draw, tensor_of

PADDING = [[1, 1, 1, 1], [1, 1, 0, 0], [1, 0, 0, 0]]
HOLES = [[0, 1, 0, 1], [1, 0, 0, 1], [0, 0, 0, 0]]
NAMES = ["Kernel", "RecurrentKernel", "Bias"]


def run(kind, options, x, mask, states, w, u, bias, backwards, zero):
    cell = CELLS[kind][0]
    a, g = ACTIVATIONS["tanh"], ACTIVATIONS["sigmoid"]
    after = kind == "gru" and options.get("resetAfter", True)
    shown, outputs = torch.zeros_like(states[0]), []
    steps = range(x.shape[1])
    for t in reversed(steps) if backwards else steps:
        xw = x[:, t] @ w + (bias[0] if after else bias)
        counts = mask[:, t, None]
        new = cell(xw, states, u, bias, a, g, options)
        shown = torch.where(counts, new[0], torch.zeros_like(shown) if zero else shown)
        states = [torch.where(counts, n, s) for n, s in zip(new, states)]
        outputs.append(shown)
    y = torch.stack(outputs, dim=1) if options.get("returnSequences") else outputs[-1]
    return y, states


def packed(kind, x, mask, weights, bidirectional):
    """Outputs and last states of nn.RNN, nn.LSTM or nn.GRU on the sequences without their padding."""
    features, units = x.shape[2], weights[0][1].shape[0]
    module = {"simpleRNN": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[kind]
    layer = module(features, units, batch_first=True, bidirectional=bidirectional).double()

    def order(matrix):
        if kind != "gru":
            return matrix.T
        z, r, h = matrix.T.chunk(3, dim=0)
        return torch.cat([r, z, h])

    with torch.no_grad():
        for (w, u, bias), suffix in zip(weights, ["", "_reverse"]):
            both = bias if kind == "gru" else torch.stack([bias, torch.zeros_like(bias)])
            for name, value in [("weight_ih", w), ("weight_hh", u), ("bias_ih", both[0]), ("bias_hh", both[1])]:
                value = order(value) if value.dim() == 2 else order(value[:, None].T).ravel()
                getattr(layer, f"{name}_l0{suffix}").copy_(value)
    lengths = mask.sum(1)
    sequence = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    y, last = layer(sequence)
    return pad_packed_sequence(y, batch_first=True)[0], last if kind == "lstm" else [last]


cases = []


def case(kind, options, steps, mode=None, starts=False):
    _, gates, count = CELLS[kind]
    mask = torch.tensor(steps) != 0
    rows, features, units = len(steps), 2, options["units"]
    columns = gates * units
    x = draw(rows, len(steps[0]), features)
    after = kind == "gru" and options.get("resetAfter", True)
    prefixes = ["forward", "backward"] if mode else [""]
    learnt, weights = {}, []
    for prefix in prefixes:
        values = [draw(features, columns), draw(units, columns), draw(2, columns) if after else draw(columns)]
        names = [prefix + name if prefix else name[0].lower() + name[1:] for name in NAMES]
        learnt.update(zip(names, values))
        weights.append(values)
    states = [draw(rows, units) for _ in range(count)] if starts else []
    for tensor in [x, *states, *learnt.values()]:
        tensor.requires_grad_()
    begin = states or [torch.zeros(rows, units, dtype=torch.float64) for _ in range(count)]
    zero = options.get("returnSequences", False) if mode else options.get("zeroOutputForMask", False)
    directions = [
        run(kind, options, x, mask, begin, *values, backwards, zero)
        for values, backwards in zip(weights, [False, True] if mode else [options.get("goBackwards", False)])
    ]
    (y, last), *others = directions
    if mode:
        back = others[0][0]
        y = torch.cat([y, back.flip(1) if options.get("returnSequences") else back], dim=-1)
    outputs = [y, *last] if options.get("returnState") else [y]
    plain = not starts and not options.get("goBackwards") and options.get("resetAfter", True)
    if steps is PADDING and plain and options.get("returnSequences") and zero:
        want, want_last = packed(kind, x, mask, weights, bool(mode))
        assert torch.allclose(y, want, atol=1e-12)
        for got, state in zip(last, want_last):
            assert torch.allclose(got, state[0], atol=1e-12)
        print("compared with packed sequences:", kind, options, mode)
    d_outputs = [draw(*value.shape) for value in outputs]
    torch.autograd.backward(outputs, d_outputs)
    inputs = [x, *states]
    cases.append({
        "kind": kind,
        "options": options,
        **({"mergeMode": mode} if mode else {}),
        "mask": {"shape": [rows, len(steps[0]), 1], "data": [float(v) for row in steps for v in row]},
        "inputs": [tensor_of(value) for value in inputs],
        "weights": [tensor_of(value) for value in learnt.values()],
        "outputs": [tensor_of(value) for value in outputs],
        "dOutputs": [tensor_of(value) for value in d_outputs],
        "dInputs": [tensor_of(value.grad) for value in inputs],
        "dWeights": {name: tensor_of(value.grad) for name, value in learnt.items()},
    })


for kind in CELLS:
    case(kind, {"units": 3, "returnSequences": True, "zeroOutputForMask": True, "returnState": True}, PADDING)
    case(kind, {"units": 2, "returnSequences": True}, PADDING, "concat")
    case(kind, {"units": 2}, HOLES, "concat")
    case(kind, {"units": 5}, PADDING)
    case(kind, {"units": 3, "returnSequences": True, "goBackwards": True}, HOLES)
    case(kind, {"units": 2, "returnSequences": True, "returnState": True}, HOLES, starts=True)
    case(kind, {"units": 2, "goBackwards": True, "zeroOutputForMask": True, "returnState": True}, HOLES, starts=True)
case("gru", {"units": 3, "resetAfter": False, "returnSequences": True, "returnState": True}, HOLES, starts=True)
case("gru", {"units": 2, "resetAfter": False, "zeroOutputForMask": True}, PADDING)

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "masks.json"), "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")
