"""Makes optimizers.json: schedules and training steps by the formulas of Keras 3.16, in NumPy's float64.

Where PyTorch has the same rule, its numbers are compared here before anything is written.
Run: python3 test/references/optimizers.py
"""
import json
import math
import pathlib

import numpy as np
import torch


# Schedules: functions of the number of steps before.


def exponential(initial, steps, rate, staircase=False):
    def at(step):
        p = step / steps
        return initial * rate ** (math.floor(p) if staircase else p)

    return at


def inverse_time(initial, steps, rate, staircase=False):
    def at(step):
        p = step / steps
        return initial / (1 + rate * (math.floor(p) if staircase else p))

    return at


def polynomial(initial, steps, end=1e-4, power=1.0, cycle=False):
    def at(step):
        total = steps
        if cycle:
            total = steps * (1 if step == 0 else math.ceil(step / steps))
        else:
            step = min(step, steps)
        return (initial - end) * (1 - step / total) ** power + end

    return at


def piecewise(boundaries, values):
    def at(step):
        for boundary, value in zip(boundaries, values):
            if step <= boundary:
                return value
        return values[-1]

    return at


def cosine(initial, steps, alpha=0.0, target=None, warmup=0):
    def decay(step, top):
        wave = 0.5 * (1 + math.cos(math.pi * step / steps))
        return top * ((1 - alpha) * wave + alpha)

    def at(step):
        if target is None:
            return decay(min(step, steps), initial)
        step = min(step, steps + warmup)
        if step < warmup:
            return (target - initial) * step / warmup + initial
        return decay(step - warmup, target)

    return at


def cosine_restarts(initial, first, t_mul=2.0, m_mul=1.0, alpha=0.0):
    def at(step):
        # Walks through the periods, where Keras takes logarithms.
        period, length, start = 0, float(first), 0.0
        while step >= start + length:
            start += length
            length *= t_mul
            period += 1
        wave = 0.5 * m_mul**period * (1 + math.cos(math.pi * (step - start) / length))
        return initial * ((1 - alpha) * wave + alpha)

    return at


# Rules: new weights, and what is remembered, from weights and gradients.


class Sgd:
    def __init__(self, momentum=0.0, nesterov=False):
        self.momentum, self.nesterov = momentum, nesterov

    def start(self, w):
        return {"momentum": np.zeros_like(w)} if self.momentum else {}

    def step(self, w, g, s, lr, t):
        if not self.momentum:
            return w - lr * g
        s["momentum"] = self.momentum * s["momentum"] - lr * g
        if self.nesterov:
            return w + self.momentum * s["momentum"] - lr * g
        return w + s["momentum"]


class Adam:
    def __init__(self, beta1=0.9, beta2=0.999, epsilon=1e-7):
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon

    def start(self, w):
        return {"momentum": np.zeros_like(w), "velocity": np.zeros_like(w)}

    def moments(self, g, s):
        s["momentum"] = self.beta1 * s["momentum"] + (1 - self.beta1) * g
        s["velocity"] = self.beta2 * s["velocity"] + (1 - self.beta2) * g**2
        return s["momentum"], s["velocity"]

    def step(self, w, g, s, lr, t):
        m, v = self.moments(g, s)
        alpha = lr * math.sqrt(1 - self.beta2**t) / (1 - self.beta1**t)
        return w - alpha * m / (np.sqrt(v) + self.epsilon)


class Rmsprop:
    def __init__(self, rho=0.9, momentum=0.0, epsilon=1e-7, centered=False):
        self.rho, self.momentum, self.epsilon, self.centered = rho, momentum, epsilon, centered

    def start(self, w):
        names = ["velocity"] + ["momentum"] * (self.momentum > 0) + ["averageGradient"] * self.centered
        return {name: np.zeros_like(w) for name in names}

    def step(self, w, g, s, lr, t):
        s["velocity"] = self.rho * s["velocity"] + (1 - self.rho) * g**2
        divisor = s["velocity"] + self.epsilon
        if self.centered:
            s["averageGradient"] = self.rho * s["averageGradient"] + (1 - self.rho) * g
            divisor = divisor - s["averageGradient"] ** 2
        increment = lr * g / np.sqrt(divisor)
        if self.momentum > 0:
            s["momentum"] = increment = self.momentum * s["momentum"] + increment
        return w - increment


class Adagrad:
    def start(self, w):
        return {"accumulator": np.full_like(w, 0.1)}

    def step(self, w, g, s, lr, t):
        s["accumulator"] = s["accumulator"] + g**2
        return w - lr * g / np.sqrt(s["accumulator"] + 1e-7)


class Ftrl:
    def __init__(self, power=-0.5, start=0.1, l1=0.0, l2=0.0, shrinkage=0.0, beta=0.0):
        self.power, self.initial, self.l1, self.l2 = power, start, l1, l2
        self.shrinkage, self.beta = shrinkage, beta

    def start(self, w):
        return {"accumulator": np.full_like(w, self.initial), "linear": np.zeros_like(w)}

    def step(self, w, g, s, lr, t):
        n = s["accumulator"]
        total = n + g**2
        sigma = (total**-self.power - n**-self.power) / lr
        s["linear"] = s["linear"] + g + 2 * self.shrinkage * w - sigma * w
        s["accumulator"] = total
        quadratic = total**-self.power / lr + 2 * (self.l2 + self.beta / (2 * lr))
        return (np.clip(s["linear"], -self.l1, self.l1) - s["linear"]) / quadratic


class Lamb(Adam):
    def step(self, w, g, s, lr, t):
        m, v = self.moments(g, s)
        update = m / (1 - self.beta1**t) / (np.sqrt(v / (1 - self.beta2**t)) + self.epsilon)
        w_norm, u_norm = np.linalg.norm(w), np.linalg.norm(update)
        ratio = w_norm / u_norm if w_norm > 0 and u_norm > 0 else 1.0
        return w - ratio * lr * update


class Adafactor:
    def __init__(self, decay=-0.8, epsilon1=1e-30, epsilon2=1e-3, threshold=1.0):
        self.decay, self.epsilon1, self.epsilon2, self.threshold = decay, epsilon1, epsilon2, threshold

    def start(self, w):
        if w.ndim < 2:
            return {"velocity": np.zeros_like(w)}
        return {"rowVelocity": np.zeros(w.shape[:-1]), "columnVelocity": np.zeros(w.shape[:-2] + w.shape[-1:])}

    def step(self, w, g, s, lr, t):
        rms = lambda x: math.sqrt(np.mean(x**2))
        alpha = max(self.epsilon2, rms(w)) * min(lr, 1 / math.sqrt(t))
        squares = g**2 + self.epsilon1
        beta2 = 1 - t**self.decay
        if w.ndim < 2:
            v = s["velocity"] = beta2 * s["velocity"] + (1 - beta2) * squares
        else:
            r = s["rowVelocity"] = beta2 * s["rowVelocity"] + (1 - beta2) * squares.mean(-1)
            c = s["columnVelocity"] = beta2 * s["columnVelocity"] + (1 - beta2) * squares.mean(-2)
            v = (r / r.mean(-1, keepdims=True))[..., None] * c[..., None, :]
        u = g / np.sqrt(v)
        return w - alpha * u / max(1.0, rms(u) / self.threshold)


class Muon:
    def __init__(self, momentum=0.95, nesterov=True, rms_rate=0.2, steps=5, adam_ratio=1.0):
        self.momentum, self.nesterov, self.rms_rate = momentum, nesterov, rms_rate
        self.steps, self.adam_ratio, self.adam = steps, adam_ratio, Adam()

    def start(self, w):
        return {"momentum": np.zeros_like(w)} if w.ndim == 2 else self.adam.start(w)

    def step(self, w, g, s, lr, t):
        if w.ndim != 2:
            return self.adam.step(w, g, s, lr * self.adam_ratio, t)
        s["momentum"] = s["momentum"] + g + s["momentum"] * (self.momentum - 1)
        x = g + self.momentum * s["momentum"] if self.nesterov else s["momentum"]
        tall = x.shape[0] > x.shape[1]
        x = x.T if tall else x
        x = x / (np.linalg.norm(x) + 1e-7)
        for _ in range(self.steps):
            a = x @ x.T
            x = 3.4445 * x + (-4.775 * a + 2.0315 * a @ a) @ x
        x = x.T if tall else x
        scale = 1 if self.rms_rate is None else math.sqrt(max(w.shape)) * self.rms_rate
        return w - lr * x * scale


class ScheduleFreeAdamw:
    def __init__(self, beta1=0.9, beta2=0.999, epsilon=1e-8, warmup=0):
        self.beta1, self.beta2, self.epsilon, self.warmup = beta1, beta2, epsilon, warmup

    def start(self, w):
        return {"momentum": w.copy(), "velocity": np.zeros_like(w)}

    def step(self, w, g, s, lr, t):
        lr = lr * min(t / self.warmup, 1) if self.warmup else lr
        old = s["momentum"]
        s["velocity"] = self.beta2 * s["velocity"] + (1 - self.beta2) * g**2
        s["momentum"] = old - lr * g / (np.sqrt(s["velocity"] / (1 - self.beta2**t)) + self.epsilon)
        x = (w - (1 - self.beta1) * old) / self.beta1
        x = (1 - 1 / t) * x + s["momentum"] / t
        return (1 - self.beta1) * s["momentum"] + self.beta1 * x


def clipped(gradients, clipnorm=None, globalClipnorm=None, clipvalue=None):
    if clipnorm:
        return [g * clipnorm / max(np.linalg.norm(g), clipnorm) for g in gradients]
    if globalClipnorm:
        norm = math.sqrt(sum(np.sum(g**2) for g in gradients))
        return [g * globalClipnorm * min(1 / norm, 1 / globalClipnorm) for g in gradients]
    if clipvalue:
        return [np.clip(g, -clipvalue, clipvalue) for g in gradients]
    return gradients


def train(rule, weights, batches, lr, decay=None, every=None, ema=None, overwrite=None, **clipping):
    """What BaseOptimizer.apply does. Returns the weights after each call, and all that is remembered."""
    weights = [w.copy() for w in weights]
    slots = [rule.start(w) for w in weights]
    sums = [np.zeros_like(w) for w in weights]
    averages = [np.zeros_like(w) for w in weights]
    history = []
    decays = decay if isinstance(decay, list) else [decay] * len(weights)
    for call, gradients in enumerate(batches):
        iterations = call // (every or 1)
        rate = lr(iterations) if callable(lr) else lr
        if every and (call + 1) % every:
            sums = [a + g for a, g in zip(sums, gradients)]
        else:
            if every:
                gradients = [(g + a) / every for g, a in zip(gradients, sums)]
                sums = [np.zeros_like(w) for w in weights]
            gradients = clipped(gradients, **clipping)
            weights = [w if d is None else w - w * d * rate for w, d in zip(weights, decays)]
            weights = [
                rule.step(w, g, s, rate, iterations + 1) for w, g, s in zip(weights, gradients, slots)
            ]
        if ema is not None:
            momentum = ema if iterations else 0
            averages = [momentum * a + (1 - momentum) * w for a, w in zip(averages, weights)]
            if overwrite and (iterations + 1) % overwrite == 0:
                weights = [a.copy() for a in averages]
        history.append([w.copy() for w in weights])
    for s, average, total in zip(slots, averages, sums):
        if ema is not None:
            s["average"] = average
        if every:
            s["gradientAccumulator"] = total
    return history, slots


random = np.random.default_rng(20)


def values(shape, scale=1.0):
    """Numbers that float32 holds, written with few digits."""
    return np.round(random.normal(0, scale, shape) * 256) / 256


SETS = {"flat": [(3, 4), (4,)], "deep": [(2, 3, 4), (4,)], "tall": [(5, 3), (3,)]}
CALLS = 9
WEIGHTS = {name: [values(shape, 0.5) for shape in shapes] for name, shapes in SETS.items()}
BATCHES = {name: [[values(shape) for shape in shapes] for _ in range(CALLS)] for name, shapes in SETS.items()}

RATE = 0.05
SCHEDULE = {"name": "cosineDecay", "initialLearningRate": 0.01, "decaySteps": 7, "warmupTarget": 0.1, "warmupSteps": 2}
SCHEDULED = cosine(0.01, 7, target=0.1, warmup=2)

# (title, our optimizer and options, the rule, arguments of train[, set])
CASES = [
    ("sgd with momentum", {"name": "sgd", "momentum": 0.9}, Sgd(0.9), {}),
    ("rmsprop centered, with momentum", {"name": "rmsprop", "momentum": 0.5, "centered": True, "rho": 0.8},
     Rmsprop(rho=0.8, momentum=0.5, centered=True), {}),
    ("sgd by a schedule, with decay", {"name": "sgd", "learningRate": SCHEDULE, "weightDecay": 0.1}, Sgd(),
     {"lr": SCHEDULED, "decay": 0.1}),
    ("adam by a schedule", {"name": "adam", "learningRate": SCHEDULE}, Adam(), {"lr": SCHEDULED}),
    ("average of sgd", {"name": "sgd", "useEma": True, "emaMomentum": 0.8}, Sgd(), {"ema": 0.8}),
    ("average overwrites every 2", {"name": "sgd", "momentum": 0.9, "useEma": True, "emaMomentum": 0.6,
     "emaOverwriteFrequency": 2}, Sgd(0.9), {"ema": 0.6, "overwrite": 2}),
    ("accumulation of 3, nesterov, clipnorm, decay", {"name": "sgd", "momentum": 0.9, "nesterov": True,
     "gradientAccumulationSteps": 3, "clipnorm": 0.9, "weightDecay": 0.1}, Sgd(0.9, True),
     {"every": 3, "clipnorm": 0.9, "decay": 0.1}),
    ("accumulation of 2, globalClipnorm", {"name": "adam", "gradientAccumulationSteps": 2, "globalClipnorm": 0.7},
     Adam(), {"every": 2, "globalClipnorm": 0.7}),
    ("accumulation of 4, clipvalue", {"name": "adagrad", "gradientAccumulationSteps": 4, "clipvalue": 0.25},
     Adagrad(), {"every": 4, "clipvalue": 0.25}),
    ("accumulation of 2 by a schedule", {"name": "adam", "gradientAccumulationSteps": 2, "learningRate": SCHEDULE},
     Adam(), {"every": 2, "lr": SCHEDULED}),
    ("accumulation of 2, average overwrites every 3", {"name": "sgd", "gradientAccumulationSteps": 2,
     "useEma": True, "emaMomentum": 0.7, "emaOverwriteFrequency": 3}, Sgd(),
     {"every": 2, "ema": 0.7, "overwrite": 3}),
    ("ftrl", {"name": "ftrl"}, Ftrl(), {}),
    ("ftrl with penalties", {"name": "ftrl", "l1RegularizationStrength": 0.4, "l2RegularizationStrength": 0.1,
     "l2ShrinkageRegularizationStrength": 0.05, "beta": 0.2}, Ftrl(l1=0.4, l2=0.1, shrinkage=0.05, beta=0.2), {}),
    ("ftrl of power -0.7 from 0.5", {"name": "ftrl", "learningRatePower": -0.7, "initialAccumulatorValue": 0.5},
     Ftrl(power=-0.7, start=0.5), {}),
    ("ftrl at a fixed rate", {"name": "ftrl", "learningRatePower": 0}, Ftrl(power=0.0), {}),
    ("lamb", {"name": "lamb"}, Lamb(), {}),
    ("lamb with decay", {"name": "lamb", "weightDecay": 0.2, "beta1": 0.8, "beta2": 0.9, "epsilon": 1e-3},
     Lamb(0.8, 0.9, 1e-3), {"decay": 0.2}),
    ("adafactor", {"name": "adafactor"}, Adafactor(), {}),
    ("adafactor of a large rate", {"name": "adafactor", "learningRate": 0.8, "clipThreshold": 0.5,
     "beta2Decay": -0.5, "epsilon1": 0.01, "epsilon2": 0.9}, Adafactor(-0.5, 0.01, 0.9, 0.5), {"lr": 0.8}),
    ("adafactor of three axes", {"name": "adafactor"}, Adafactor(), {}, "deep"),
    ("muon", {"name": "muon"}, Muon(), {"decay": 0.004}),
    ("muon of a tall matrix", {"name": "muon", "weightDecay": 0.1, "adamWeightDecay": 0.2, "adamLrRatio": 0.5},
     Muon(adam_ratio=0.5), {"decay": [0.1, 0.2]}, "tall"),
    ("muon without extras", {"name": "muon", "nesterov": False, "rmsRate": None, "nsSteps": 3, "momentum": 0.5},
     Muon(0.5, False, None, 3), {"decay": 0.004}),
    ("scheduleFreeAdamw", {"name": "scheduleFreeAdamw"}, ScheduleFreeAdamw(), {}),
    ("scheduleFreeAdamw with warm-up and decay", {"name": "scheduleFreeAdamw", "warmupSteps": 4,
     "weightDecay": 0.1, "beta1": 0.7, "beta2": 0.9}, ScheduleFreeAdamw(0.7, 0.9, warmup=4), {"decay": 0.1}),
]

SCHEDULES = [
    ({"name": "exponentialDecay", "initialLearningRate": 0.1, "decaySteps": 10, "decayRate": 0.7},
     exponential(0.1, 10, 0.7)),
    ({"name": "exponentialDecay", "initialLearningRate": 0.1, "decaySteps": 10, "decayRate": 0.7, "staircase": True},
     exponential(0.1, 10, 0.7, True)),
    ({"name": "inverseTimeDecay", "initialLearningRate": 0.1, "decaySteps": 10, "decayRate": 0.7},
     inverse_time(0.1, 10, 0.7)),
    ({"name": "inverseTimeDecay", "initialLearningRate": 0.1, "decaySteps": 10, "decayRate": 0.7, "staircase": True},
     inverse_time(0.1, 10, 0.7, True)),
    ({"name": "polynomialDecay", "initialLearningRate": 0.1, "decaySteps": 10}, polynomial(0.1, 10)),
    ({"name": "polynomialDecay", "initialLearningRate": 0.1, "decaySteps": 10, "endLearningRate": 0.01, "power": 0.5,
      "cycle": True}, polynomial(0.1, 10, 0.01, 0.5, True)),
    ({"name": "piecewiseConstantDecay", "boundaries": [1, 10, 30], "values": [0.5, 0.1, 0.02, 0.001]},
     piecewise([1, 10, 30], [0.5, 0.1, 0.02, 0.001])),
    ({"name": "cosineDecay", "initialLearningRate": 0.1, "decaySteps": 30}, cosine(0.1, 30)),
    ({"name": "cosineDecay", "initialLearningRate": 0.1, "decaySteps": 30, "alpha": 0.2, "warmupTarget": 0.5,
      "warmupSteps": 10}, cosine(0.1, 30, 0.2, 0.5, 10)),
    ({"name": "cosineDecayRestarts", "initialLearningRate": 0.1, "firstDecaySteps": 5}, cosine_restarts(0.1, 5)),
    ({"name": "cosineDecayRestarts", "initialLearningRate": 0.1, "firstDecaySteps": 10, "tMul": 3, "mMul": 0.5,
      "alpha": 0.1}, cosine_restarts(0.1, 10, 3, 0.5, 0.1)),
    ({"name": "cosineDecayRestarts", "initialLearningRate": 0.1, "firstDecaySteps": 10, "tMul": 1, "mMul": 0.8},
     cosine_restarts(0.1, 10, 1, 0.8)),
]
# Among them the starts of periods: 5 (2^i - 1), 5 (3^i - 1) and tens; the 3^5-th is where log(243) / log(3) < 5.
STEPS = [0, 1, 2, 3, 5, 9, 10, 11, 15, 25, 29, 30, 31, 35, 39, 40, 41, 75, 100, 130, 155, 400, 1210, 5000]


def check_against_torch():
    """The rules and schedules that PyTorch shares."""

    def run(make, every=1, average=None):
        weights = [torch.nn.Parameter(torch.tensor(w)) for w in WEIGHTS["flat"]]
        optimizer = make(weights)
        history = []
        for call, gradients in enumerate(BATCHES["flat"]):
            for w, g in zip(weights, gradients):
                w.grad = (0 if w.grad is None else w.grad) + torch.tensor(g) / every
            if (call + 1) % every == 0:
                optimizer.step()
                optimizer.zero_grad(set_to_none=True)
            history.append([w.detach().numpy().copy() for w in weights])
        return history

    def same(rule, make, every=None):
        ours, _ = train(rule, WEIGHTS["flat"], BATCHES["flat"], RATE, every=every)
        for a, b in zip(ours, run(make, every or 1)):
            for x, y in zip(a, b):
                np.testing.assert_allclose(x, y, rtol=1e-9, atol=1e-12)

    same(Sgd(0.9), lambda p: torch.optim.SGD(p, RATE, momentum=0.9))
    same(Sgd(0.9, True), lambda p: torch.optim.SGD(p, RATE, momentum=0.9, nesterov=True), 3)
    # Adam's epsilon is added elsewhere in PyTorch: without it both are the same.
    same(Adam(epsilon=0), lambda p: torch.optim.Adam(p, RATE, eps=0), 2)

    def same_rates(at, make):
        optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], 0.1)
        schedule = make(optimizer)
        for step in range(40):
            np.testing.assert_allclose(at(step), optimizer.param_groups[0]["lr"], rtol=1e-9, atol=1e-15)
            optimizer.step()
            schedule.step()

    rates = torch.optim.lr_scheduler
    same_rates(exponential(0.1, 1, 0.9), lambda o: rates.ExponentialLR(o, 0.9))
    same_rates(exponential(0.1, 10, 0.7, True), lambda o: rates.StepLR(o, 10, 0.7))
    same_rates(polynomial(0.1, 10, 0.0, 2.0), lambda o: rates.PolynomialLR(o, 10, 2.0))
    same_rates(cosine(0.1, 50), lambda o: rates.CosineAnnealingLR(o, 50))
    same_rates(cosine_restarts(0.1, 5), lambda o: rates.CosineAnnealingWarmRestarts(o, 5, 2))


def written(array):
    return [float(f"{x:.8g}") for x in np.asarray(array).ravel()]


def case(title, options, rule, arguments, of="flat"):
    options = {"learningRate": RATE, **options}
    history, slots = train(rule, WEIGHTS[of], BATCHES[of], **{"lr": RATE, **arguments})
    return {
        "title": title,
        "optimizer": options,
        "set": of,
        "after": {call: [written(w) for w in history[call - 1]] for call in (1, 2, 5, CALLS)},
        "slots": [{name: written(value) for name, value in s.items()} for s in slots],
    }


check_against_torch()
result = {
    "sets": {
        name: {
            "shapes": shapes,
            "weights": [written(w) for w in WEIGHTS[name]],
            "batches": [[written(g) for g in gradients] for gradients in BATCHES[name]],
        }
        for name, shapes in SETS.items()
    },
    "steps": STEPS,
    "schedules": [{"schedule": options, "rates": [at(step) for step in STEPS]} for options, at in SCHEDULES],
    "optimizers": [case(*arguments) for arguments in CASES],
}
path = pathlib.Path(__file__).with_suffix(".json")
lines = json.dumps(result, separators=(",", ":"))
path.write_text(lines.replace('{"title"', '\n{"title"').replace('{"schedule"', '\n{"schedule"') + "\n")
print(path.name, path.stat().st_size, "bytes")
