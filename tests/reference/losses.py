#!/usr/bin/env python3
"""Records the losses of Keras, in float64, as the numbers that Katachi's tests compare with: `losses.json`.

usage: losses.py [FILE]        (default: losses.json beside this script)

Each loss closes a small model of its own: its value, the gradients by all weights and inputs, and ten steps of gradient
descent. Where a formula has a seam (a clip, a quotient by zero) its value is recorded for outputs at that seam.

Keras runs on JAX as in record.py, whose settings are imported with it. Nothing is written unless every number agrees
with `oracle` below, a NumPy version that shares no code with Keras: values to 1e-12, and gradients to central differences
of it. No row comes near a kink, where a gradient is a matter of taste, at any of its steps.
"""
import math
import platform
import sys
from functools import partial
from pathlib import Path

import record  # first: it sets up Keras
import jax
import jax.numpy as jnp
import keras
import numpy as np
from checks import agree, array, central_difference, write

# What is recorded

BATCH, INPUTS, HIDDEN, OUTPUTS, STEPS = 6, 3, 5, 4, 10
SPARSE = "SparseCategoricalCrossentropy"
BCE, CCE = "BinaryCrossentropy", "CategoricalCrossentropy"
BINARY_FOCAL, FOCAL = "BinaryFocalCrossentropy", "CategoricalFocalCrossentropy"
LOGITS = {"from_logits": True}
BALANCED = {"apply_class_balancing": True, "alpha": 0.3, "gamma": 1.5, "label_smoothing": 0.1}

# name, ending, class, its arguments, the kind of targets, the rate of the steps
LOSSES = [
    ("mean_absolute_error", "linear", "MeanAbsoluteError", {}, "values", 0.05),
    ("mean_absolute_percentage_error", "linear", "MeanAbsolutePercentageError", {}, "values", 1e-4),
    ("mean_squared_logarithmic_error", "softplus", "MeanSquaredLogarithmicError", {}, "counts", 0.1),
    ("huber", "linear", "Huber", {}, "values", 0.1),
    ("huber_narrow", "linear", "Huber", {"delta": 0.3}, "values", 0.1),
    ("log_cosh", "linear", "LogCosh", {}, "values", 0.1),
    ("hinge", "linear", "Hinge", {}, "signs", 0.05),
    ("hinge_of_0_and_1", "tanh", "Hinge", {}, "yes_or_no", 0.05),
    ("squared_hinge", "linear", "SquaredHinge", {}, "signs", 0.05),
    ("squared_hinge_of_0_and_1", "tanh", "SquaredHinge", {}, "yes_or_no", 0.05),
    ("categorical_hinge", "linear", "CategoricalHinge", {}, "one_hot", 0.05),
    ("kl_divergence", "softmax", "KLDivergence", {}, "distributions", 0.1),
    ("kl_divergence_of_classes", "softmax", "KLDivergence", {}, "one_hot", 0.1),
    ("poisson", "softplus", "Poisson", {}, "counts", 0.05),
    ("cosine_similarity", "linear", "CosineSimilarity", {}, "values", 0.1),
    ("binary_smoothed", "linear", BCE, LOGITS | {"label_smoothing": 0.2}, "yes_or_no", 0.1),
    ("binary_smoothed_probabilities", "sigmoid", BCE, {"label_smoothing": 0.2}, "yes_or_no", 0.1),
    ("categorical_smoothed", "linear", CCE, LOGITS | {"label_smoothing": 0.1}, "one_hot", 0.1),
    ("categorical_smoothed_probabilities", "softmax", CCE, {"label_smoothing": 0.1}, "distributions", 0.1),
    ("categorical_smoothed_log_probabilities", "log_softmax", CCE, LOGITS | {"label_smoothing": 0.1}, "one_hot", 0.1),
    ("sparse_smoothed", "linear", SPARSE, LOGITS | {"label_smoothing": 0.1}, "labels", 0.1),
    ("sparse_smoothed_probabilities", "softmax", SPARSE, {"label_smoothing": 0.1}, "labels", 0.1),
    ("sparse_smoothed_log_probabilities", "log_softmax", SPARSE, LOGITS | {"label_smoothing": 0.1}, "labels", 0.1),
    ("binary_focal", "linear", BINARY_FOCAL, LOGITS, "yes_or_no", 0.3),
    ("binary_focal_balanced", "linear", BINARY_FOCAL, LOGITS | BALANCED, "yes_or_no", 0.3),
    ("binary_focal_probabilities", "sigmoid", BINARY_FOCAL, {}, "yes_or_no", 0.3),
    ("binary_focal_balanced_probabilities", "sigmoid", BINARY_FOCAL, BALANCED, "yes_or_no", 0.3),
    ("focal", "linear", FOCAL, LOGITS, "one_hot", 0.3),
    ("focal_options", "linear", FOCAL, LOGITS | {"alpha": 0.75, "gamma": 0.5, "label_smoothing": 0.2}, "one_hot", 0.1),
    ("focal_probabilities", "softmax", FOCAL, {}, "one_hot", 0.3),
    ("focal_options_probabilities", "softmax", FOCAL, {"alpha": 0.75, "gamma": 3.5, "label_smoothing": 0.2}, "one_hot",
     0.1),
    ("focal_log_probabilities", "log_softmax", FOCAL, LOGITS, "one_hot", 0.3),
]

# name, class, its arguments, outputs, targets: only the value is recorded
SEAMS = [
    ("percentage_of_0", "MeanAbsolutePercentageError", {}, [[2.0, 1.0]], [[0.0, -1e-9]]),
    ("logarithm_of_the_negative", "MeanSquaredLogarithmicError", {}, [[-3.0, 2.0]], [[1.0, -4.0]]),
    ("huber_on_its_edge", "Huber", {"delta": 0.5}, [[1.5, -1.0]], [[1.0, 1.0]]),
    ("log_cosh_of_the_large", "LogCosh", {}, [[800.0, -800.0]], [[0.0, 0.0]]),
    ("hinge_on_its_edge", "Hinge", {}, [[1.0, -1.0]], [[1.0, -1.0]]),
    ("hinge_of_minus_1_and_0", "Hinge", {}, [[0.5, 0.5, 0.5]], [[-1.0, 0.0, 1.0]]),
    ("categorical_hinge_of_equals", "CategoricalHinge", {}, [[2.0, 2.0, 2.0]], [[0.0, 1.0, 0.0]]),
    ("categorical_hinge_below_0", "CategoricalHinge", {}, [[-1.0, -2.0, -3.0]], [[1.0, 0.0, 0.0]]),
    ("divergence_from_0", "KLDivergence", {}, [[0.0, 1.0, 0.0]], [[0.5, 0.5, 0.0]]),
    ("rate_of_0", "Poisson", {}, [[0.0, 0.0]], [[0.0, 3.0]]),
    ("direction_of_0", "CosineSimilarity", {}, [[0.0, 0.0], [1e-8, 0.0], [1.0, 2.0]],
     [[1.0, 2.0], [3.0, 0.0], [0.0, 0.0]]),
    ("binary_focal_certain", BINARY_FOCAL, {}, [[0.0, 1.0, 0.0, 1.0]], [[1.0, 0.0, 0.0, 1.0]]),
    ("focal_certain", FOCAL, {"gamma": 0.5}, [[0.0, 1.0], [0.0, 1.0]], [[1.0, 0.0], [0.0, 1.0]]),
]

CONVENTIONS = {
    "array": "row-major; a kernel is [inputs, units]; weights stand in declaration order, each kernel before its bias",
    "model": "hidden: Dense(3 => 5, tanh), output: Dense(5 => 4, ending)",
    "loss_value": "the mean over the batch, before the first step; the gradients are its",
    "losses, final_weights": "gradient descent on the whole batch, w -= rate * gradient; the loss before each step",
    "from_logits after log_softmax": "logarithms of probabilities are logits, which log_softmax does not change",
    "SparseCategoricalCrossentropy": "Keras' has no label smoothing: these are the numbers of its categorical"
    " cross-entropy of one-hot targets, which is what torch.nn.CrossEntropyLoss defines for class labels",
    "seams": "values only, at a clip, an edge or a quotient by zero",
}

# The oracle: the same in plain NumPy

EPSILON = 1e-7


def clip(p):
    return np.minimum(np.maximum(p, EPSILON), 1 - EPSILON)


def as_signs(t):
    return 2 * t - 1 if set(np.unique(t)) <= {0.0, 1.0} else t


def smoothed(t, a, classes):
    s = a.get("label_smoothing", 0.0)
    return t - s * t + s / classes


def length(x):
    return np.maximum(np.linalg.norm(x, axis=-1), EPSILON)


def binary(a, y, t):
    """The cross-entropy of each output, its probability and its target."""
    t = smoothed(t, a, 2)
    p = 1 / (1 + np.exp(-y)) if a.get("from_logits") else y
    kept = clip(p)
    return -(t * np.log(kept) + (1 - t) * np.log1p(-kept)), p, t


def categorical(a, y, t):
    """The cross-entropy of each output, and its probability."""
    p = np.exp(y - y.max(-1, keepdims=True)) if a.get("from_logits") else y
    p = clip(p / p.sum(-1, keepdims=True))
    return -smoothed(t, a, y.shape[-1]) * np.log(p), p


def oracle_loss(kind, a, y, t):
    """The loss, and how near it comes to a kink."""
    if kind == SPARSE:
        t = np.eye(y.shape[-1])[t]
    e = y - t
    if kind == "MeanAbsoluteError":
        return np.abs(e).mean(), np.abs(e).min()
    if kind == "MeanAbsolutePercentageError":
        return (100 * np.abs(e) / np.maximum(np.abs(t), EPSILON)).mean(), np.abs(e).min()
    if kind == "MeanSquaredLogarithmicError":
        ratio = (1 + np.maximum(y, EPSILON)) / (1 + np.maximum(t, EPSILON))
        return (np.log(ratio) ** 2).mean(), np.abs(y - EPSILON).min()
    if kind == "Huber":
        d = a.get("delta", 1.0)
        inside = np.minimum(np.abs(e), d)
        return (inside * (np.abs(e) - inside / 2)).mean(), np.abs(np.abs(e) - d).min()
    if kind == "LogCosh":
        return (np.logaddexp(e, -e) - math.log(2)).mean(), math.inf
    if kind == "Hinge":
        lack = 1 - as_signs(t) * y
        return np.where(lack > 0, lack, 0).mean(), np.abs(lack).min()
    if kind == "SquaredHinge":
        lack = 1 - as_signs(t) * y
        return (np.where(lack > 0, lack, 0) ** 2).mean(), np.abs(lack).min()
    if kind == "CategoricalHinge":
        others = np.sort((1 - t) * y, -1)
        lack = others[:, -1] - (t * y).sum(-1) + 1
        return np.where(lack > 0, lack, 0).mean(), min(np.abs(lack).min(), (others[:, -1] - others[:, -2]).min())
    if kind == "KLDivergence":
        t, p = (np.minimum(np.maximum(x, EPSILON), 1) for x in (t, y))
        return (t * (np.log(t) - np.log(p))).sum(-1).mean(), math.inf
    if kind == "Poisson":
        return (y - t * np.log(y + EPSILON)).mean(), math.inf
    if kind == "CosineSimilarity":
        return -((y * t).sum(-1) / (length(y) * length(t))).mean(), math.inf
    if kind == BCE:
        return binary(a, y, t)[0].mean(), math.inf
    if kind == BINARY_FOCAL:
        entropy, p, t = binary(a, y, t)
        wrong = t * (1 - p) + (1 - t) * p
        alpha = a.get("alpha", 0.25)
        weight = 1 - alpha + (2 * alpha - 1) * t if a.get("apply_class_balancing") else 1
        return (weight * wrong ** a.get("gamma", 2.0) * entropy).mean(), math.inf
    entropy, p = categorical(a, y, t)
    if kind == FOCAL:
        entropy = a.get("alpha", 0.25) * (1 - p) ** a.get("gamma", 2.0) * entropy
    return entropy.sum(-1).mean(), math.inf


def oracle(ending, kind, a, weights, x, targets):
    """The output, the loss, and how near it comes to a kink."""
    hidden = np.tanh(x @ weights[0] + weights[1])
    y = record.ORACLE[ending](hidden @ weights[2] + weights[3])
    return (y, *oracle_loss(kind, a, y, targets))


# Recording


def draw(seed, targets):
    """Weights, a batch and its targets."""
    random = np.random.default_rng(seed)
    weights = []
    for inputs, units in ((INPUTS, HIDDEN), (HIDDEN, OUTPUTS)):
        weights.append(random.normal(0, 1.5 / math.sqrt(inputs), (inputs, units)))
        weights.append(random.normal(0, 0.3, units))
    x = random.normal(0, 1, (BATCH, INPUTS))
    size = (BATCH, OUTPUTS)
    labels = random.integers(0, OUTPUTS, BATCH)
    return weights, x, {
        "values": lambda: random.choice((-1.0, 1.0), size) * random.uniform(0.3, 2, size),
        "counts": lambda: random.poisson(1.5, size).astype(float),
        "signs": lambda: random.choice((-1.0, 1.0), size),
        "yes_or_no": lambda: random.integers(0, 2, size).astype(float),
        "one_hot": lambda: np.eye(OUTPUTS)[labels],
        "distributions": lambda: random.dirichlet(np.ones(OUTPUTS), BATCH),
        "labels": lambda: labels,
    }[targets]()


def keras_loss(kind, arguments):
    """Keras' loss as a function of targets and outputs."""
    if kind == SPARSE:
        dense = keras.losses.CategoricalCrossentropy(**arguments)
        return lambda targets, outputs: dense(jnp.eye(OUTPUTS)[targets], outputs)
    return getattr(keras.losses, kind)(**arguments)


def record_loss(number, name, ending, kind, arguments, targets_kind, rate):
    seed = 1000 * (number + 1)
    while (row := try_seed(seed, name, ending, kind, arguments, targets_kind, rate)) is None:
        seed += 1
    return row


def try_seed(seed, name, ending, kind, arguments, targets_kind, rate):
    """The row of that seed, or None if one of its steps comes near a kink."""
    weights, x, targets = draw(seed, targets_kind)
    names = ["hidden.weight", "hidden.bias", "output.weight", "output.bias"]
    function, options = record.ACTIVATIONS[ending]
    model = keras.Sequential([
        keras.Input((INPUTS,)),
        keras.layers.Dense(HIDDEN, activation="tanh"),
        keras.layers.Dense(OUTPUTS, activation=partial(function, **options)),
    ])
    loss = keras_loss(kind, arguments)

    def total(weights, x):
        output, _ = model.stateless_call(weights, [], x)
        return loss(jnp.asarray(targets), output), output

    gradient = jax.value_and_grad(total, argnums=(0, 1), has_aux=True)
    now, losses, first = [jnp.asarray(w) for w in weights], [], None
    for step in range(STEPS):
        (value, output), (by_weights, by_inputs) = gradient(now, jnp.asarray(x))
        at = [np.asarray(w).copy() for w in now]
        expected = oracle(ending, kind, arguments, at, x, targets)
        if expected[2] < 1e-3:
            return None
        agree(output, expected[0], 1e-12, f"the output of {name}")
        agree(value, expected[1], 1e-12, f"the loss of {name}")
        if ending in ("softmax", "sigmoid"):
            assert 1e-6 < np.min(output) and np.max(output) < 1 - 1e-6, f"{name} comes near the clip"
        for what, place, ours in zip(names + ["input"], at + [x], by_weights + [by_inputs], strict=True):
            numeric = central_difference(lambda: oracle(ending, kind, arguments, at, x, targets)[1], place)
            agree(ours, numeric, 1e-8, f"the gradient of {name} by {what} in step {step}")
            assert np.any(np.abs(ours) > 1e-6), f"{name} says nothing about {what}"
        first = first or (value, output, by_weights, by_inputs)
        losses.append(float(value))
        now = [w - rate * g for w, g in zip(now, by_weights)]
    assert losses[-1] < losses[0], f"{name} does not train"
    value, output, by_weights, by_inputs = first
    return {
        "name": name, "seed": seed, "ending": ending, "class": kind, "arguments": arguments,
        "input": array("input", x), "weights": [array(n, w) for n, w in zip(names, weights)],
        "output": array("output", output), "targets": array("targets", targets), "loss_value": float(value),
        "weight_gradients": [array(n, g) for n, g in zip(names, by_weights)],
        "input_gradient": array("input", by_inputs),
        "rate": rate, "losses": losses, "final_weights": [array(n, w) for n, w in zip(names, now)],
    }


def record_seam(name, kind, arguments, outputs, targets):
    outputs, targets = np.array(outputs), np.array(targets)
    value = keras_loss(kind, arguments)(jnp.asarray(targets), jnp.asarray(outputs))
    agree(value, oracle_loss(kind, arguments, outputs, targets)[0], 1e-12, name)
    return {
        "name": name, "class": kind, "arguments": arguments, "outputs": array("outputs", outputs),
        "targets": array("targets", targets), "value": float(value),
    }


def main():
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("losses.json")
    sections = {
        "versions": {
            "keras": keras.__version__, "backend": f"jax {jax.__version__}", "numpy": np.__version__,
            "python": platform.python_version(), "floatx": keras.config.floatx(),
        },
        "conventions": CONVENTIONS,
        "losses": [record_loss(number, *row) for number, row in enumerate(LOSSES)],
        "seams": [record_seam(*row) for row in SEAMS],
    }
    write(path, sections)


if __name__ == "__main__":
    main()
