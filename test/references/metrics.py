"""Writes metrics.json: python3 test/references/metrics.py

Formulas as in Keras 3.16's keras.metrics, in float64 NumPy, over all rows at once. Where scikit-learn has the
metric, the number is compared with its own before it is written. Made with NumPy 1.24.2, scikit-learn 1.2.1.
"""
import json
import os
import warnings

import numpy as np
import sklearn.metrics as sk

warnings.simplefilter("ignore")
random = np.random.default_rng(20)
STEPS = 1024  # inputs are whole multiples of 1 / STEPS: exact in float32
EPSILON = 1e-7


def grid(shape, low, high):
    return random.integers(low * STEPS, high * STEPS, shape, endpoint=True) / STEPS


def one_hot(classes, count):
    return np.eye(count)[classes]


def dataset(y_true, y_pred, classes=None):
    weights = random.integers(0, 17, len(y_true)) / 8
    return {"yTrue": np.asarray(y_true, float), "yPred": y_pred, "weights": weights, "classes": classes}


y = random.integers(0, 2, (41, 1))
p = np.clip(grid((41, 1), 0, 1) * 0.6 + 0.4 * y * grid((41, 1), 0, 1), 0, 1)
p = np.round(p * 64) / 64  # ties, and predictions at 0.5
p[:4, 0], y[:4, 0] = [0, 1, 0, 1], [0, 1, 1, 0]
c = random.integers(0, 4, 37)
scores = np.round(grid((37, 4), 0, 1) * 32 + 10 * one_hot(c, 4)) / 64
data = {
    "binary": dataset(y, p),
    "classes": dataset(one_hot(c, 4), scores, c),
    "labels": dataset(random.integers(0, 2, (29, 3)), grid((29, 3), 0, 1)),
    "values": dataset(grid((33, 3), -2, 2), grid((33, 3), -2, 2)),
    "positive": dataset(grid((19, 3), 0, 4), grid((19, 3), 0, 4) + 1 / 8),
    "signs": dataset(2 * random.integers(0, 2, (21, 3)) - 1, grid((21, 3), -2, 2)),
}
v = data["values"]
v["yPred"] = np.round((v["yTrue"] + v["yPred"] / 2) * STEPS) / STEPS
cases = []


def case(metric, on, expected, isWeighted, sparse=False, **options):
    values = [float(x) for x in np.ravel(expected)]
    cases.append({
        "metric": metric, "options": options, "data": on, "isWeighted": isWeighted, "sparse": sparse,
        "expected": values if np.ndim(expected) else values[0],
    })


def agree(ours, theirs, tolerance=1e-6):
    assert np.allclose(ours, theirs, rtol=tolerance, atol=tolerance), (ours, theirs)


def divide(a, b):
    a, b = np.broadcast_arrays(np.asarray(a, float), np.asarray(b, float))
    return np.divide(a, b, out=np.zeros_like(a), where=b != 0)


def confusion(t, p, thresholds, w):
    """TP, FP, TN, FN at each threshold; predictions and thresholds in float32, p > threshold."""
    t, p, w = np.ravel(t) != 0, np.float32(np.ravel(p)), np.ravel(w)
    above = p[None, :] > np.float32(thresholds)[:, None]
    return [(w * m).sum(1) for m in (t & above, ~t & above, ~t & ~above, t & ~above)]


def spread(w, t):
    return np.broadcast_to(w[:, None], t.shape)


def top(p, k):
    chosen = np.zeros_like(p, bool)
    for row, order in enumerate(np.argsort(-p, axis=1, kind="stable")):
        chosen[row, order[:k]] = True
    return chosen


def auc(tp, fp, tn, fn, curve, method):
    if curve == "PR" and method == "interpolation":
        dtp, total = tp[:-1] - tp[1:], tp + fp
        slope = divide(dtp, np.maximum(total[:-1] - total[1:], 0))
        intercept = tp[1:] - slope * total[1:]
        both = (total[:-1] > 0) & (total[1:] > 0)
        quotient = np.where(both, divide(total[:-1], total[1:]), 1)
        return divide(slope * (dtp + intercept * np.log(quotient)), tp[1:] + fn[1:]).sum()
    recall = divide(tp, tp + fn)
    x, h = (divide(fp, fp + tn), recall) if curve == "ROC" else (recall, divide(tp, tp + fp))
    heights = {"interpolation": (h[:-1] + h[1:]) / 2, "minoring": np.minimum(h[:-1], h[1:]), "majoring": np.maximum(h[:-1], h[1:])}
    return ((x[:-1] - x[1:]) * heights[method]).sum()


def auc_thresholds(n):
    return np.array([-1e-7] + [(i + 1) / (n - 1) for i in range(n - 2)] + [1 + 1e-7])


def f_scores(t, decisions, w, beta):
    tp, fp = (w * t * decisions).sum(0), (w * (1 - t) * decisions).sum(0)
    fn, support = (w * t * (1 - decisions)).sum(0), (w * t).sum(0)

    def score(tp, fp, fn):
        precision, recall = tp / (tp + fp + EPSILON), tp / (tp + fn + EPSILON)
        return (1 + beta**2) * precision * recall / (beta**2 * precision + recall + EPSILON)

    each = score(tp, fp, fn)
    weighted = (each * support / (support.sum() + EPSILON)).sum()
    return {None: each, "micro": score(tp.sum(), fp.sum(), fn.sum()), "macro": each.mean(), "weighted": weighted}


def iou(t, p, w, classes, targets):
    matrix = np.zeros((classes, classes))
    np.add.at(matrix, (t, p), w)
    union = (matrix.sum(0) + matrix.sum(1) - np.diag(matrix))[targets]
    found = union > 1e-9
    return (np.diag(matrix)[targets] / (union + EPSILON))[found].sum() / (found.sum() + EPSILON)


def mean_of(rows, w):
    return (rows * w).sum() / w.sum()


for isWeighted in (False, True):
    def weights(name):
        return data[name]["weights"] if isWeighted else np.ones(len(data[name]["yTrue"]))

    # Decisions at thresholds.
    b, w = data["binary"], weights("binary")
    t, p = b["yTrue"], b["yPred"]
    for thresholds in (None, 0.25, [0.75, 0, 0.5, 1]):
        options = {} if thresholds is None else {"thresholds": thresholds}
        listed = np.atleast_1d(0.5 if thresholds is None else thresholds)
        tp, fp, tn, fn = confusion(t, p, listed, w)
        results = {
            "precision": divide(tp, tp + fp), "recall": divide(tp, tp + fn), "truePositives": tp,
            "falsePositives": fp, "trueNegatives": tn, "falseNegatives": fn,
        }
        for name, result in results.items():
            case(name, "binary", result if isinstance(thresholds, list) else result[0], isWeighted, **options)
        if thresholds is None:
            agree(results["precision"][0], sk.precision_score(t, p > 0.5, sample_weight=w))
            agree(results["recall"][0], sk.recall_score(t, p > 0.5, sample_weight=w))
    for n in (2, 3, 20, 200):
        for curve in ("ROC", "PR"):
            for method in ("interpolation", "minoring", "majoring"):
                result = auc(*confusion(t, p, auc_thresholds(n), w), curve, method)
                case("auc", "binary", result, isWeighted, numThresholds=n, curve=curve, summationMethod=method)
                if n == 200 and (curve, method) == ("ROC", "interpolation"):
                    agree(result, sk.roc_auc_score(t, p, sample_weight=w), 1e-9)  # a threshold between any two predictions
    own = [0.125, 0.25, 0.6, 0.9]
    case("auc", "binary", auc(*confusion(t, p, [-1e-7, *own, 1 + 1e-7], w), "ROC", "interpolation"), isWeighted, thresholds=own)
    for n in (1, 11, 200):
        even = np.array([0.5]) if n == 1 else np.arange(n) / (n - 1)
        tp, fp, tn, fn = confusion(t, p, even, w)
        precision, recall, specificity = divide(tp, tp + fp), divide(tp, tp + fn), divide(tn, tn + fp)
        for wanted in (0.4, 0.75, 1):
            def best(x, constraint):
                return np.where(constraint >= wanted, x, 0).max()
            case("precisionAtRecall", "binary", best(precision, recall), isWeighted, recall=wanted, numThresholds=n)
            case("recallAtPrecision", "binary", best(recall, precision), isWeighted, precision=wanted, numThresholds=n)
            case("sensitivityAtSpecificity", "binary", best(recall, specificity), isWeighted, specificity=wanted, numThresholds=n)
            case("specificityAtSensitivity", "binary", best(specificity, recall), isWeighted, sensitivity=wanted, numThresholds=n)
    cut = (p >= 0.5).astype(int).ravel()
    case("binaryIoU", "binary", iou(t.astype(int).ravel(), cut, w, 2, [0, 1]), isWeighted)
    case("binaryIoU", "binary", iou(t.astype(int).ravel(), cut, w, 2, [1]), isWeighted, targetClassIds=[1])
    agree(iou(t.astype(int).ravel(), cut, w, 2, [1]), sk.jaccard_score(t, cut, sample_weight=w))

    # Classes, one-hot and as indices.
    m, w = data["classes"], weights("classes")
    t, p, classes = m["yTrue"], m["yPred"], m["classes"]
    wide = spread(w, t)
    for sparse in (False, True):
        for k in (1, 2, 3):
            chosen = top(p, k)
            tp = (wide * t * chosen).sum()
            case("precision", "classes", divide(tp, (wide * chosen).sum()), isWeighted, sparse, topK=k)
            case("recall", "classes", divide(tp, (wide * t).sum()), isWeighted, sparse, topK=k)
            both = chosen & (p > 0.5)
            case("precision", "classes", divide((wide * t * both)[:, 2].sum(), (wide * both)[:, 2].sum()), isWeighted, sparse, topK=k, thresholds=0.5, classId=2)
        tp, fp, tn, fn = confusion(t[:, 1], p[:, 1], [0.375], w)
        case("recall", "classes", divide(tp, tp + fn)[0], isWeighted, sparse, classId=1, thresholds=0.375)
        largest = ((p >= p.max(1, keepdims=True)) & (np.abs(p) > 1e-9)).astype(float)
        for average, result in f_scores(t, largest, wide, 1).items():
            case("f1Score", "classes", result, isWeighted, sparse, average=average)
        for average, result in f_scores(t, (p > 0.5).astype(float), wide, 2).items():
            case("fBetaScore", "classes", result, isWeighted, sparse, average=average, beta=2, threshold=0.5)
            if average != "micro":
                agree(result, sk.fbeta_score(t, p > 0.5, beta=2, average=average, sample_weight=w, zero_division=0))
        own = p[np.arange(len(p)), classes][:, None]
        for k in (1, 2, 3):
            name = "sparseTopKCategoricalAccuracy" if sparse else "topKCategoricalAccuracy"
            case(name, "classes", mean_of((p > own).sum(1) < k, w), isWeighted, sparse, k=k)
        predicted = p.argmax(1)
        name = "meanIoU" if sparse else "oneHotMeanIoU"
        options = {"sparseYPred": False} if sparse else {}
        case(name, "classes", iou(classes, predicted, w, 4, [0, 1, 2, 3]), isWeighted, sparse, numClasses=4, **options)
        agree(iou(classes, predicted, w, 4, [0, 1, 2, 3]), sk.jaccard_score(classes, predicted, average="macro", sample_weight=w))
        kept = classes != 3
        case(name, "classes", iou(classes[kept], predicted[kept], w[kept], 4, [0, 1, 2, 3]), isWeighted, sparse, numClasses=4, ignoreClass=3, **options)
        name = "ioU" if sparse else "oneHotIoU"
        case(name, "classes", iou(classes, predicted, w, 4, [0, 2]), isWeighted, sparse, numClasses=4, targetClassIds=[0, 2], **options)
        q = np.clip(p / p.sum(1, keepdims=True), EPSILON, 1 - EPSILON)
        name = "sparseCategoricalCrossentropy" if sparse else "categoricalCrossentropy"
        result = mean_of(-np.log(q[np.arange(len(q)), classes]), w)
        agree(result, sk.log_loss(classes, q, sample_weight=w))
        case(name, "classes", result, isWeighted, sparse)
        case("crossentropy", "classes", result, isWeighted, sparse)
        logarithms = np.log(np.exp(p).sum(1)) - own[:, 0]
        case(name, "classes", mean_of(logarithms, w), isWeighted, sparse, fromLogits=True)
    own = (p * t).sum(1)
    case("categoricalHinge", "classes", mean_of(np.maximum(((1 - t) * p).max(1) - own + 1, 0), w), isWeighted)
    case("klDivergence", "classes", mean_of((np.clip(t, EPSILON, 1) * np.log(np.clip(t, EPSILON, 1) / np.clip(p, EPSILON, 1))).sum(1), w), isWeighted)

    # Several labels.
    m, w = data["labels"], weights("labels")
    t, p = m["yTrue"], m["yPred"]
    wide, factors = spread(w, t), np.array([1, 0.5, 2])
    for curve in ("ROC", "PR"):
        areas = np.array([auc(*confusion(t[:, j], p[:, j], auc_thresholds(50), w), curve, "interpolation") for j in range(3)])
        options = {"numThresholds": 50, "curve": curve}
        case("auc", "labels", areas.mean(), isWeighted, multiLabel=True, **options)
        case("auc", "labels", (areas * factors).sum() / factors.sum(), isWeighted, multiLabel=True, labelWeights=list(factors), **options)
        case("auc", "labels", auc(*confusion(t, p, auc_thresholds(50), wide * factors), curve, "interpolation"), isWeighted, labelWeights=list(factors), **options)
        case("auc", "labels", auc(*confusion(t, p, auc_thresholds(50), wide), curve, "interpolation"), isWeighted, **options)
    q = 1 / (1 + np.exp(-4 * (2 * p - 1)))
    case("binaryCrossentropy", "labels", mean_of(-(t * np.log(np.clip(p, EPSILON, 1)) + (1 - t) * np.log(np.clip(1 - p, EPSILON, 1))).mean(1), w), isWeighted)
    smooth = 0.8 * t + 0.1
    logits = np.maximum(p, 0) - p * smooth + np.log1p(np.exp(-np.abs(p)))
    case("binaryCrossentropy", "labels", mean_of(logits.mean(1), w), isWeighted, fromLogits=True, labelSmoothing=0.2)
    for average, result in f_scores(t, (p > 0.25).astype(float), wide, 1).items():
        case("f1Score", "labels", result, isWeighted, average=average, threshold=0.25)
        if average != "micro":
            agree(result, sk.f1_score(t, p > 0.25, average=average, sample_weight=w))
    case("accuracy", "labels", mean_of(t.argmax(1) == p.argmax(1), w), isWeighted)
    case("binaryAccuracy", "labels", mean_of(((p > 0.5) == t).mean(1), w), isWeighted)

    # Regression.
    m, w = data["values"], weights("values")
    t, p = m["yTrue"], m["yPred"]
    d = p - t
    case("meanSquaredError", "values", mean_of((d**2).mean(1), w), isWeighted)
    case("rootMeanSquaredError", "values", np.sqrt(mean_of((d**2).mean(1), w)), isWeighted)
    case("meanAbsoluteError", "values", mean_of(np.abs(d).mean(1), w), isWeighted)
    case("meanAbsolutePercentageError", "values", mean_of(100 * (np.abs(d) / np.maximum(np.abs(t), EPSILON)).mean(1), w), isWeighted)
    case("logCoshError", "values", mean_of(np.log(np.cosh(d)).mean(1), w), isWeighted)
    case("cosineSimilarity", "values", mean_of((t * p).sum(1) / np.linalg.norm(t, axis=1) / np.linalg.norm(p, axis=1), w), isWeighted)
    mean = (w[:, None] * t).sum(0) / w.sum()
    total = (w[:, None] * (t - mean) ** 2).sum(0)
    r2 = 1 - (w[:, None] * d**2).sum(0) / total
    agree(r2, sk.r2_score(t, p, multioutput="raw_values", sample_weight=w), 1e-12)
    for aggregation, result in ((None, r2), ("uniformAverage", r2.mean()), ("varianceWeightedAverage", (r2 * total).sum() / total.sum())):
        case("r2Score", "values", result, isWeighted, classAggregation=aggregation)
    n = (w != 0).sum()
    case("r2Score", "values", 1 - (1 - r2.mean()) * (n - 1) / (n - 5 - 1), isWeighted, numRegressors=5)
    case("r2Score", "values", r2.mean(), isWeighted, numRegressors=60)
    pearson = [np.corrcoef(t[i], p[i])[0, 1] for i in range(len(t))]
    case("pearsonCorrelation", "values", mean_of(pearson, w), isWeighted)

    def concordance(t, p, w):
        mt, mp = np.average(t, weights=w), np.average(p, weights=w)
        cov = np.average((t - mt) * (p - mp), weights=w)
        return 2 * cov / (np.average((t - mt) ** 2, weights=w) + np.average((p - mp) ** 2, weights=w) + (mt - mp) ** 2 + EPSILON)

    case("concordanceCorrelation", "values", mean_of([concordance(t[i], p[i], np.ones(3)) for i in range(len(t))], w), isWeighted)
    case("concordanceCorrelation", "values", np.mean([concordance(t[:, j], p[:, j], w) for j in range(3)]), isWeighted, axis=0)
    covariances = [np.cov(t[:, j], p[:, j], aweights=w, ddof=0) for j in range(3)]
    case("pearsonCorrelation", "values", np.mean([v[0, 1] / np.sqrt(v[0, 0] * v[1, 1]) for v in covariances]), isWeighted, axis=0)
    m, w = data["positive"], weights("positive")
    t, p = m["yTrue"], m["yPred"]
    case("poisson", "positive", mean_of((p - t * np.log(p + EPSILON)).mean(1), w), isWeighted)
    case("meanSquaredLogarithmicError", "positive", mean_of(((np.log1p(np.maximum(t, EPSILON)) - np.log1p(np.maximum(p, EPSILON))) ** 2).mean(1), w), isWeighted)
    m, w = data["signs"], weights("signs")
    margin = np.maximum(1 - m["yTrue"] * m["yPred"], 0)
    case("hinge", "signs", mean_of(margin.mean(1), w), isWeighted)
    case("squaredHinge", "signs", mean_of((margin**2).mean(1), w), isWeighted)


def whole(x):
    return None if x is None else {"shape": list(np.shape(x)), "steps": [int(round(v * STEPS)) for v in np.ravel(x)]}


folder = os.path.dirname(os.path.abspath(__file__))
content = {
    "source": "test/references/metrics.py; inputs are whole numbers of steps of 1/1024",
    "data": {name: {part: whole(x) for part, x in parts.items()} for name, parts in data.items()},
}
for parts in data.values():
    for x in parts.values():
        assert x is None or np.array_equal(np.round(np.asarray(x) * STEPS), np.asarray(x) * STEPS)
with open(os.path.join(folder, "metrics.json"), "w") as file:
    file.write(json.dumps(content)[:-1] + ', "cases": [\n' + ",\n".join(json.dumps(x) for x in cases) + "\n]}\n")
