#!/usr/bin/env python3
"""Records what scikit-learn, and where the definition is Keras', what Keras computes as metrics: `metrics.json`.

usage: metrics.py [FILE]        (default: metrics.json beside this script)

Outputs are multiples of 1/4 or of 1/64, so that many are equal, that some are equal to a threshold, and that all are the
same numbers in float32. Nothing is written unless every number agrees to 1e-12 with `oracle` below: the definitions in
NumPy, written out over pairs and thresholds, which share no code with either library. Only the texts of
`classification_report` have no other judge than scikit-learn.
"""
import os
import platform
import sys
import warnings
from pathlib import Path

os.environ.update(KERAS_BACKEND="jax", JAX_ENABLE_X64="1", JAX_PLATFORMS="cpu", TF_CPP_MIN_LOG_LEVEL="3")
import keras
import numpy as np
import sklearn
from checks import array, write
from keras.src.backend.common import dtypes
from sklearn import metrics as sk

keras.config.set_floatx("float64")
# Keras' promotion rules end in a table that narrows 64 bits to 32, whatever floatx says: see record.py.
dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"
warnings.filterwarnings("ignore")  # scikit-learn warns of what is 0 / 0.

RANDOM = np.random.default_rng(22)
AVERAGES = ("macro", "weighted", "micro")
WEIGHTS = (None, "linear", "quadratic")
THRESHOLDS = (0.5, 0.3, 0.75, 0.0, 1.0)
COUNTS = (2, 3, 5, 65, 200)


# The definitions


def divide(a, b):
    return a / b if b else 0.0


def scores(truth, predicted, classes):
    """Precision, recall, F1 and support of each class, and of all taken together."""
    rows = []
    for c in range(classes):
        tp = sum(t == c and p == c for t, p in zip(truth, predicted))
        fp = sum(t != c and p == c for t, p in zip(truth, predicted))
        fn = sum(t == c and p != c for t, p in zip(truth, predicted))
        rows.append((tp, fp, fn))
    rows.append(tuple(map(sum, zip(*rows))))
    return [(divide(tp, tp + fp), divide(tp, tp + fn), divide(2 * tp, 2 * tp + fp + fn), tp + fn) for tp, fp, fn in rows]


def kappa(truth, predicted, classes, weights):
    n = len(truth)
    observed = expected = 0.0
    weigh = {None: lambda i, j: i != j, "linear": lambda i, j: abs(i - j), "quadratic": lambda i, j: (i - j) ** 2}[weights]
    for t, p in zip(truth, predicted):
        observed += weigh(int(t), int(p)) / n
        expected += sum(weigh(int(t), int(other)) for other in predicted) / n**2
    return None if expected == 0 else 1 - observed / expected


def correlation(truth, predicted, classes):
    """The covariance of the two one-hot matrices, over the root of the product of their variances."""
    x, y = np.eye(classes)[truth], np.eye(classes)[predicted]
    x, y = x - x.mean(0), y - y.mean(0)
    spread = np.sqrt((x * x).sum() * (y * y).sum())
    return (x * y).sum() / spread if spread > 1e-9 else 0.0


def top_k(truth, outputs, k):
    return np.mean([sum(o > row[t] for o in row) < k for t, row in zip(truth, outputs)])


def roc(targets, outputs):
    yes, no = outputs[targets == 1], outputs[targets == 0]
    pairs = [(a > b) + (a == b) / 2 for a in yes for b in no]
    return np.mean(pairs) if pairs else None


def average_precision(targets, outputs):
    area, found_before = 0.0, 0
    for threshold in sorted(set(outputs), reverse=True):
        found = sum(targets[outputs >= threshold])
        area += (found - found_before) * found / sum(outputs >= threshold)
        found_before = found
    return divide(area, sum(targets))


def auc(targets, probabilities, count, curve):
    """Keras' AUC, from the counts above each of its thresholds."""
    thresholds = [-1e-7] + [(i + 1) / (count - 1) for i in range(count - 2)] + [1 + 1e-7]
    above = [(sum(targets[probabilities > t]), sum(1 - targets[probabilities > t])) for t in thresholds]
    yes, no = sum(targets), sum(1 - targets)
    area = 0.0
    for (tp, fp), (tp_next, fp_next) in zip(above, above[1:]):
        if curve == "ROC":
            area += (divide(fp, no) - divide(fp_next, no)) * (divide(tp, yes) + divide(tp_next, yes)) / 2
        elif tp > tp_next:
            slope = (tp - tp_next) / (tp + fp - tp_next - fp_next)
            intercept = tp_next - slope * (tp_next + fp_next)
            logarithm = np.log((tp + fp) / (tp_next + fp_next)) if tp_next + fp_next else 0
            area += slope * (tp - tp_next + intercept * logarithm) / yes
    return area


def keras_value(metric, targets, outputs):
    metric.update_state(targets, outputs)
    return float(metric.result())


def r2(targets, outputs):
    total = [sum((t - np.mean(t)) ** 2) for t in targets.T]
    rest = [sum((y - t) ** 2) for y, t in zip(outputs.T, targets.T)]
    return np.mean([1 - r / s if s else float(r == 0) for r, s in zip(rest, total)])


# What is recorded: each number as (the library's, the oracle's)


def of_classes(truth, outputs):
    classes = outputs.shape[1]
    predicted = outputs.argmax(1)
    labels = list(range(classes))
    rows = scores(truth, predicted, classes)
    occurring = [c for c in labels if c in truth or c in predicted]
    each = np.array(rows[:-1])
    numbers = {"accuracy": (sk.accuracy_score(truth, predicted), np.mean(truth == predicted))}
    for index, (name, function) in enumerate(
        [("precision", sk.precision_score), ("recall", sk.recall_score), ("f1_score", sk.f1_score)]
    ):
        means = {
            "macro": np.mean(each[occurring, index]),
            "weighted": np.sum(each[:, index] * each[:, 3]) / len(truth),
            "micro": rows[-1][index],
        }
        for average in AVERAGES:
            numbers[f"{name} {average}"] = (function(truth, predicted, average=average, zero_division=0), means[average])
        of_each = function(truth, predicted, average=None, labels=labels, zero_division=0)
        for c in labels:
            numbers[f"{name} of {c}"] = (of_each[c], rows[c][index])
    for weights in WEIGHTS:
        value = sk.cohen_kappa_score(truth, predicted, labels=labels, weights=weights)
        numbers[f"cohen_kappa {weights}"] = (None if np.isnan(value) else value, kappa(truth, predicted, classes, weights))
    numbers["matthews_corrcoef"] = (sk.matthews_corrcoef(truth, predicted), correlation(truth, predicted, classes))
    for k in range(1, classes + 1):
        value = keras_value(keras.metrics.SparseTopKCategoricalAccuracy(k=k), truth[:, None], outputs)
        numbers[f"top_k {k}"] = (value, top_k(truth, outputs, k))
    return numbers


def of_questions(targets, logits, probabilities):
    flat, outputs = targets.ravel(), probabilities.ravel()
    numbers = {}
    for threshold in THRESHOLDS:
        yes = outputs > threshold
        tp, fp, fn = sum(yes * flat), sum(yes * (1 - flat)), sum((1 - yes) * flat)
        binary = keras.metrics.BinaryAccuracy(threshold=threshold)
        numbers[f"binary_accuracy {threshold}"] = (keras_value(binary, targets, probabilities), np.mean(yes == flat))
        for name, metric, oracle in [
            ("precision", keras.metrics.Precision(thresholds=threshold), divide(tp, tp + fp)),
            ("recall", keras.metrics.Recall(thresholds=threshold), divide(tp, tp + fn)),
        ]:
            numbers[f"{name} {threshold}"] = (keras_value(metric, targets, probabilities), oracle)
        f1 = sk.f1_score(flat, yes, zero_division=0)
        numbers[f"f1_score {threshold}"] = (f1, divide(2 * tp, 2 * tp + fp + fn))
    is_mixed = 0 < sum(flat) < len(flat)
    value = sk.roc_auc_score(flat, outputs) if is_mixed else None
    numbers["roc"] = (value, roc(flat, outputs))
    numbers["precision_recall"] = (sk.average_precision_score(flat, outputs), average_precision(flat, outputs))
    for count in COUNTS:
        for curve in ("ROC", "PR"):
            metric = keras.metrics.AUC(num_thresholds=count, curve=curve, from_logits=logits is not None)
            value = keras_value(metric, targets, probabilities if logits is None else logits)
            ours = curve == "PR" or is_mixed  # Where all are yes or all no, Keras says 0 and Katachi that there is none.
            numbers[f"{curve} {count}"] = (value, auc(flat, outputs, count, curve)) if ours else (None, None)
    return numbers


def of_values(targets, outputs):
    error = outputs - targets
    norm = lambda x: np.maximum(np.sqrt((x * x).sum(1)), 1e-7)
    numbers = {
        "mean_squared_error": (sk.mean_squared_error(targets, outputs), np.mean(error**2)),
        "mean_absolute_error": (sk.mean_absolute_error(targets, outputs), np.mean(abs(error))),
        "root_mean_squared_error": (
            keras_value(keras.metrics.RootMeanSquaredError(), targets, outputs),
            np.sqrt(np.mean(error**2)),
        ),
        "cosine_similarity": (
            keras_value(keras.metrics.CosineSimilarity(), targets, outputs),
            np.mean((outputs * targets).sum(1) / norm(outputs) / norm(targets)),
        ),
        "r2_score": (sk.r2_score(targets, outputs), r2(targets, outputs)),
    }
    if all(np.ptp(targets, axis=0)):
        # Keras' spread is a difference of sums of squares, which loses the digits that a large mean takes.
        lost = 1e-15 * np.mean(targets**2) / np.min(np.var(targets, axis=0))
        value, ours = keras_value(keras.metrics.R2Score(), targets, outputs), numbers["r2_score"][0]
        assert abs(value - ours) <= (1e-12 + 10 * lost) * (1 + abs(1 - ours)), f"Keras' R2Score is {value}, not {ours}"
    return numbers


def judged(name, pairs):
    """The library's numbers, if the oracle's are the same."""
    for key, (theirs, oracles) in pairs.items():
        assert (theirs is None) == (oracles is None), f"{name}: {key} is {theirs}, but {oracles}"
        off = 0 if theirs is None else abs(theirs - oracles) / max(1, abs(oracles))
        assert off <= 1e-12, f"{name}: {key} is {theirs}, but {oracles}"
    return {key: None if theirs is None else float(theirs) for key, (theirs, _) in pairs.items()}


def class_cases():
    """Names, labels and outputs: of ties, of classes that never occur or are never predicted, of rare classes."""
    quarters = lambda n, classes: RANDOM.integers(-6, 7, (n, classes)) / 4
    for n, classes in [(1, 2), (7, 2), (40, 2), (12, 3), (60, 4), (150, 6)]:
        truth = RANDOM.integers(0, classes, n)
        outputs = quarters(n, classes)
        outputs[np.arange(n), truth] += RANDOM.integers(0, 9, n) / 4
        yield f"{n} samples of {classes} classes", truth, outputs
    truth = RANDOM.choice(5, 80, p=[0.9, 0.06, 0.04, 0, 0])
    outputs = quarters(80, 5)
    outputs[np.arange(80), truth] += 1
    outputs[:, 4] = -9
    yield "rare classes, one never right and one that never occurs", truth, outputs
    outputs = quarters(30, 4)
    outputs[:, 0] = 9
    yield "always the same prediction", RANDOM.integers(0, 4, 30), outputs
    yield "a single class, always right", np.full(5, 1), np.tile([0.0, 1.0, -1.0], (5, 1))
    truth = RANDOM.integers(0, 11, 110)
    yield "always right, of 11 classes", truth, np.eye(11)[truth]
    yield "all outputs equal", RANDOM.integers(0, 3, 20), np.zeros((20, 3))
    # Scores of 1/8, 3/8, 5/8, … whose second digit is a tie of the rounding.
    truth = np.array([0] * 1 + [1] * 7 + [1] * 3 + [2] * 5 + [2] * 5 + [0] * 3)
    predicted = np.array([0] * 8 + [1] * 8 + [2] * 8)
    yield "halves to be rounded", truth, np.eye(3)[predicted]


def question_cases():
    """Names, targets, logits where the outputs are some, and probabilities."""
    for n, width, share in [(1, 1, 0.5), (9, 1, 0.5), (120, 1, 0.3), (300, 1, 0.03), (50, 4, 0.4)]:
        targets = (RANDOM.random((n, width)) < share).astype(np.float64)
        base = RANDOM.integers(0, 45, (n, width)) + RANDOM.integers(0, 20, (n, width)) * targets
        yield f"{n} samples of {width} probabilities", targets, None, base / 64
        logits = RANDOM.integers(-12, 10, (n, width)) / 4 + targets / 2
        yield f"{n} samples of {width} logits", targets, logits, 1 / (1 + np.exp(-logits))
    outputs = RANDOM.integers(0, 65, (16, 1)) / 64
    yield "all yes", np.ones((16, 1)), None, outputs
    yield "all no", np.zeros((16, 1)), None, outputs
    yield "all outputs equal", np.array([[1.0], [0.0], [1.0]]), None, np.full((3, 1), 0.5)
    targets = np.array([[0.0], [0.0], [1.0], [1.0]])
    yield "parted by the outputs", targets, None, np.array([[0.0], [0.25], [0.5], [1.0]])
    yield "parted the wrong way", 1 - targets, None, np.array([[0.0], [0.25], [0.5], [1.0]])


def value_cases():
    for n, width in [(2, 1), (10, 1), (40, 3)]:
        targets = RANDOM.integers(-40, 41, (n, width)) / 4
        yield f"{n} samples of {width} values", targets, targets + RANDOM.integers(-12, 13, (n, width)) / 4
    yield "always right", targets, targets.copy()
    zeros = targets.copy()
    zeros[3] = zeros[7] = 0
    yield "rows of zeros", zeros, np.where(RANDOM.random((40, 1)) < 0.2, 0.0, targets)
    equal = targets.copy()
    equal[:, 1] = 2.5
    yield "an output whose targets are equal", equal, targets
    yield "an output whose targets are equal, and right", equal, np.where(np.arange(3) == 1, 2.5, targets + 0.25)
    yield "a large mean", 2.0**20 + targets / 2, 2.0**20 + targets / 2 + 0.25


def report(name, truth, outputs):
    """The text with numbers as names, and with names and four digits."""
    classes = outputs.shape[1]
    predicted = outputs.argmax(1)
    names = [f"{'größer ' * c}{c}" for c in range(classes)]
    occurring = sorted(set(truth) | set(predicted))
    return {
        "name": name,
        "confusion_matrix": array("counts", sk.confusion_matrix(truth, predicted, labels=range(classes)).astype(np.int64)),
        "report": sk.classification_report(truth, predicted, zero_division=0),
        "class_names": names,
        "named_report": sk.classification_report(
            truth, predicted, zero_division=0, digits=4, target_names=[names[c] for c in occurring]
        ),
    }


def record():
    sections = {
        "versions": {
            "scikit-learn": sklearn.__version__,
            "keras": keras.__version__,
            "numpy": np.__version__,
            "python": platform.python_version(),
        },
        "conventions": {
            "array": "row-major: a row for each sample",
            "null": "there is no such number: 0 / 0",
            "names": "what Keras calls each metric in a history",
            "classes": "labels and outputs, the largest of which is the prediction, the first of equals; all numbers but "
            "top_k (Keras) are of scikit-learn",
            "questions": "targets of 0 and 1, each output on its own; f1_score, roc and precision_recall (the average "
            "precision) are of scikit-learn, the others of Keras: ROC and PR are its AUC with so many thresholds",
            "values": "root_mean_squared_error and cosine_similarity are of Keras, the others of scikit-learn",
        },
    }
    sections["names"] = {
        name: getattr(keras.metrics, name)().name
        for name in [
            "TopKCategoricalAccuracy", "BinaryAccuracy", "Precision", "Recall", "F1Score", "AUC", "MeanSquaredError",
            "RootMeanSquaredError", "MeanAbsoluteError", "R2Score", "CosineSimilarity",
        ]
    }  # fmt: skip
    cases = list(class_cases())
    sections["classes"] = [
        {
            "name": name,
            "labels": array("labels", truth.astype(np.int64)),
            "outputs": array("outputs", outputs),
            "numbers": judged(name, of_classes(truth, outputs)),
        }
        for name, truth, outputs in cases
    ]
    sections["reports"] = [report(*case) for case in cases]
    sections["questions"] = [
        {
            "name": name,
            "ending": "sigmoid" if logits is None else "linear",
            "targets": array("targets", targets),
            "outputs": array("outputs", probabilities if logits is None else logits),
            "numbers": judged(name, of_questions(targets, logits, probabilities)),
        }
        for name, targets, logits, probabilities in question_cases()
    ]
    sections["values"] = [
        {
            "name": name,
            "targets": array("targets", targets),
            "outputs": array("outputs", outputs),
            "numbers": judged(name, of_values(targets, outputs)),
        }
        for name, targets, outputs in value_cases()
    ]
    return sections


if __name__ == "__main__":
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("metrics.json")
    write(path, record())
