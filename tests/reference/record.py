#!/usr/bin/env python3
"""Records what Keras computes, in float64, as the numbers that Katachi's tests compare with: `keras.json`.

usage: record.py [FILE]        (default: keras.json beside this script)

Keras runs on JAX with 64-bit floats switched on. That choice matters for one thing beyond the precision: on TensorFlow,
a crossentropy that is given the output of a `softmax` silently goes back to the logits behind it; on JAX it takes the
probabilities it is given, divided by their sum and clipped to [1e-7, 1 - 1e-7]. Here none comes near the clip.

Nothing is written unless every number agrees with `oracle` below, a NumPy version that shares no code with Keras:
values to 1e-12, and gradients to central differences of it.
"""
import math
import os
import platform
import sys
from functools import partial
from pathlib import Path

os.environ.update(KERAS_BACKEND="jax", JAX_ENABLE_X64="1", JAX_PLATFORMS="cpu", TF_CPP_MIN_LOG_LEVEL="3")
import jax
import jax.numpy as jnp
import keras
import numpy as np
from checks import agree, array, central_difference, write
from keras.src.backend.common import dtypes

keras.config.set_floatx("float64")
# On every backend but TensorFlow, Keras's promotion rules end in a table that narrows 64 bits to 32, whatever floatx
# says: `tanh` and `mean` then work in float32. (TensorFlow in turn keeps the slope of `leaky_relu` as a float32.)
dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"

# What is recorded

# name: (function, its arguments)
ACTIVATIONS = {
    "linear": (keras.activations.linear, {}),
    "relu": (keras.activations.relu, {}),
    "relu6": (keras.activations.relu6, {}),
    "leaky_relu": (keras.activations.leaky_relu, {"negative_slope": 0.2}),
    "elu": (keras.activations.elu, {"alpha": 1.0}),
    "selu": (keras.activations.selu, {}),
    "gelu": (keras.activations.gelu, {"approximate": False}),
    "gelu_tanh": (keras.activations.gelu, {"approximate": True}),
    "silu": (keras.activations.silu, {}),
    "sigmoid": (keras.activations.sigmoid, {}),
    "hard_sigmoid": (keras.activations.hard_sigmoid, {}),
    "tanh": (keras.activations.tanh, {}),
    "softplus": (keras.activations.softplus, {}),
    "softsign": (keras.activations.softsign, {}),
    "softmax": (keras.activations.softmax, {}),
    "log_softmax": (keras.activations.log_softmax, {}),
}
KINKS = {"relu": (0,), "relu6": (0, 6), "leaky_relu": (0,), "selu": (0,), "hard_sigmoid": (-3, 3)}
POINTS = np.array([[-20.0, -3.2, -0.5, 0.3, 1.7, 3.2], [20.0, 7.5, 5.1, -1.1, 0.5, -2.6]])
COTANGENT = np.array([[0.7, -1.3, 0.4, 1.1, -0.6, 0.9], [-0.8, 1.2, 0.5, -1.7, 0.3, 1.4]])


def dense(name, units, activation="linear", use_bias=True, l1=0.0, l2=0.0):
    return {"name": name, "units": units, "activation": activation, "use_bias": use_bias, "l1": l1, "l2": l2}


SPARSE, ONE_HOT = "sparse_categorical_crossentropy", "categorical_crossentropy"
BINARY, MSE = "binary_crossentropy", "mean_squared_error"

MLP = [dense("hidden1", 8, "relu"), dense("hidden2", 7, "relu"), dense("output", 5)]
PROBABILITIES = [dense("hidden", 6, "tanh"), dense("output", 4, "softmax")]
STACK = ["selu", "softplus", "softsign", "hard_sigmoid", "leaky_relu", "relu6", "gelu_tanh"]

# name, first seed tried, batch, inputs, layers, loss, from_logits (None where a loss has no such argument)
MODELS = [
    ("mlp", 100, 4, 6, MLP, SPARSE, True),
    ("probabilities", 200, 3, 5, PROBABILITIES, ONE_HOT, False),
    ("probabilities_sparse", 200, 3, 5, PROBABILITIES, SPARSE, False),
    ("binary", 300, 5, 4, [dense("hidden", 6, "gelu"), dense("output", 1, "sigmoid")], BINARY, False),
    ("binary_logits", 300, 5, 4, [dense("hidden", 6, "gelu"), dense("output", 1)], BINARY, True),
    ("regression", 400, 4, 3, [dense("hidden1", 8, "elu"), dense("hidden2", 8, "silu"), dense("output", 2)], MSE, None),
    ("activations_stack", 500, 4, 4,
     [dense(f"dense{k}", 5, a) for k, a in enumerate(STACK, 1)] + [dense("output", 3, "log_softmax")], MSE, None),
    ("regularised", 600, 4, 4, [dense("hidden", 5, "relu", l1=0.01, l2=0.02), dense("output", 3, l2=0.03)], MSE, None),
    ("no_bias", 700, 4, 4, [dense("hidden", 5, "tanh", use_bias=False), dense("output", 3)], MSE, None),
]

# name: (class, its arguments); each takes STEPS steps from the weights of `mlp`, on its batch
STEPS = 10
ADAM = {"learning_rate": 1e-2, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7}
OPTIMIZERS = {
    "sgd": ("SGD", {"learning_rate": 0.1, "momentum": 0.0, "nesterov": False}),
    "sgd_momentum": ("SGD", {"learning_rate": 0.1, "momentum": 0.9, "nesterov": False}),
    "sgd_nesterov": ("SGD", {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True}),
    "adam": ("Adam", ADAM),
    "adam_custom": ("Adam", {"learning_rate": 1e-3, "beta_1": 0.8, "beta_2": 0.99, "epsilon": 1e-5}),
}

CONVENTIONS = {
    "array": "row-major; a kernel is [inputs, units]; weights stand in declaration order, each kernel before its bias",
    "activation dx": "the gradient of sum(y * cotangent) with respect to x",
    "loss_value": "mean over the batch (mean_squared_error and binary_crossentropy also over outputs), plus `penalty`",
    "penalty": "sum over kernels of l1 * sum(|w|) + l2 * sum(w^2); the gradients are those of loss_value",
    "crossentropies": "with from_logits false: -log of the probabilities, and not recomputed from logits (checked to"
    " 1e-12); Keras divides them by their sum and clips them to [1e-7, 1 - 1e-7], which changes nothing here",
    "sgd": "v = momentum * v - rate * g; w += v, or with nesterov w += momentum * v - rate * g",
    "adam": "w -= rate * sqrt(1 - beta_2^t) / (1 - beta_1^t) * m / (sqrt(v) + epsilon), t from 1",
    "losses": "the loss before each step",
}

# The oracle: the same in plain NumPy


def log_softmax(x):
    x = x - x.max(-1, keepdims=True)
    return x - np.log(np.exp(x).sum(-1, keepdims=True))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


ORACLE = {
    "linear": lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "relu6": lambda x: np.clip(x, 0, 6),
    "leaky_relu": lambda x: np.where(x > 0, x, 0.2 * x),
    "elu": lambda x: np.where(x > 0, x, np.expm1(x)),
    "selu": lambda x: 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(x)),
    "gelu": lambda x: x / 2 * np.vectorize(math.erfc)(-x / math.sqrt(2)),
    "gelu_tanh": lambda x: x / 2 * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
    "silu": lambda x: x * sigmoid(x),
    "sigmoid": sigmoid,
    "hard_sigmoid": lambda x: np.clip(x / 6 + 0.5, 0, 1),
    "tanh": np.tanh,
    "softplus": lambda x: np.logaddexp(x, 0),
    "softsign": lambda x: x / (1 + np.abs(x)),
    "softmax": lambda x: np.exp(log_softmax(x)),
    "log_softmax": log_softmax,
}


def oracle(layers, loss, from_logits, weights, x, targets):
    """The output, the loss with its penalty, the penalty, and how near a pre-activation comes to a kink."""
    rest, penalty, distance = list(weights), 0.0, math.inf
    for layer in layers:
        kernel = rest.pop(0)
        penalty += layer["l1"] * np.abs(kernel).sum() + layer["l2"] * (kernel**2).sum()
        x = x @ kernel + (rest.pop(0) if layer["use_bias"] else 0)
        for kink in KINKS.get(layer["activation"], ()):
            distance = min(distance, np.abs(x - kink).min())
        x = ORACLE[layer["activation"]](x)
    if loss == MSE:
        value = ((x - targets) ** 2).mean()
    elif loss == BINARY:
        p = sigmoid(x) if from_logits else x
        value = -(targets * np.log(p) + (1 - targets) * np.log(1 - p)).mean()
    else:
        log_p = log_softmax(x) if from_logits else np.log(x)
        one_hot = np.eye(x.shape[-1])[targets] if loss == SPARSE else targets
        value = -(one_hot * log_p).sum(-1).mean()
    return x, value + penalty, penalty, distance


def oracle_step(kind, a, t, w, g, m, v):
    """One optimizer step in place, on lists of arrays."""
    for w, g, m, v in zip(w, g, m, v, strict=True):
        if kind == "SGD":
            m[:] = a["momentum"] * m - a["learning_rate"] * g
            w += a["momentum"] * m - a["learning_rate"] * g if a["nesterov"] else m
        else:
            m[:] = a["beta_1"] * m + (1 - a["beta_1"]) * g
            v[:] = a["beta_2"] * v + (1 - a["beta_2"]) * g**2
            rate = a["learning_rate"] * math.sqrt(1 - a["beta_2"] ** t) / (1 - a["beta_1"] ** t)
            w -= rate * m / (np.sqrt(v) + a["epsilon"])


# Recording


def record_activation(name):
    function, arguments = ACTIVATIONS[name]
    y, pull_back = jax.vjp(lambda x: function(x, **arguments), jnp.asarray(POINTS))
    dx = pull_back(jnp.asarray(COTANGENT))[0]
    x = POINTS.copy()
    agree(y, ORACLE[name](x), 1e-12, name)
    agree(dx, central_difference(lambda: (ORACLE[name](x) * COTANGENT).sum(), x), 1e-8, f"the gradient of {name}")
    arrays = {"x": POINTS, "y": y, "cotangent": COTANGENT, "dx": dx}
    return {"name": name, "arguments": arguments, **{k: array(k, v) for k, v in arrays.items()}}


def draw(seed, batch, inputs, layers, loss):
    """Weights, their names, a batch and its targets."""
    random = np.random.default_rng(seed)
    weights, names, width = [], [], inputs
    for layer in layers:
        weights.append(random.normal(0, 1.5 / math.sqrt(width), (width, layer["units"])))
        names.append(layer["name"] + ".weight")
        width = layer["units"]
        if layer["use_bias"]:
            weights.append(random.normal(0, 0.3, width))
            names.append(layer["name"] + ".bias")
    x = random.normal(0, 1, (batch, inputs))
    if loss == MSE:
        return weights, names, x, random.normal(0, 1, (batch, width))
    if loss == BINARY:
        return weights, names, x, random.integers(0, 2, (batch, width)).astype(float)
    classes = random.permutation(width)[:batch]
    return weights, names, x, classes if loss == SPARSE else np.eye(width)[classes]


def keras_model(inputs, layers, loss, from_logits):
    """A model and `total(weights, x, targets)`, which gives (loss with penalty, (output, penalty))."""
    model = keras.Sequential([keras.Input((inputs,))])
    for layer in layers:
        function, arguments = ACTIVATIONS[layer["activation"]]
        model.add(keras.layers.Dense(
            layer["units"],
            activation=partial(function, **arguments),
            use_bias=layer["use_bias"],
            kernel_regularizer=keras.regularizers.L1L2(layer["l1"], layer["l2"]),
            name=layer["name"],
        ))
    functions = {
        SPARSE: keras.losses.SparseCategoricalCrossentropy,
        ONE_HOT: keras.losses.CategoricalCrossentropy,
        BINARY: keras.losses.BinaryCrossentropy,
        MSE: keras.losses.MeanSquaredError,
    }
    function = functions[loss](**({} if from_logits is None else {"from_logits": from_logits}))

    def total(weights, x, targets):
        output, _, penalties = model.stateless_call(weights, [], x, return_losses=True)
        penalty = sum(penalties, jnp.zeros(()))
        return function(targets, output) + penalty, (output, penalty)

    return model, total


def record_model(name, seed, batch, inputs, layers, loss, from_logits):
    while True:  # the first seed whose pre-activations all keep away from the kinks, where a gradient is undefined
        weights, names, x, targets = draw(seed, batch, inputs, layers, loss)
        expected = oracle(layers, loss, from_logits, weights, x, targets)
        if expected[3] > 1e-3:
            break
        seed += 1
    model, total = keras_model(inputs, layers, loss, from_logits)
    assert [v.shape for v in model.trainable_variables] == [w.shape for w in weights]
    gradient = jax.value_and_grad(total, argnums=(0, 1), has_aux=True)
    (value, (output, penalty)), (weight_gradients, input_gradient) = gradient(
        [jnp.asarray(w) for w in weights], jnp.asarray(x), jnp.asarray(targets))

    for what, ours, theirs in zip(("output", "loss", "penalty"), (output, value, penalty), expected):
        agree(ours, theirs, 1e-12, f"the {what} of {name}")
    if from_logits is False:
        assert 1e-6 < np.min(output) and np.max(output) < 1 - 1e-6, f"{name} comes near the clip"
    for what, at, ours in zip(names + ["input"], weights + [x], weight_gradients + [input_gradient]):
        numeric = central_difference(lambda: oracle(layers, loss, from_logits, weights, x, targets)[1], at)
        agree(ours, numeric, 1e-8, f"the gradient of {name} by {what}")
        assert np.any(np.abs(ours) > 1e-6), f"{name} says nothing about {what}"
    return {
        "name": name, "seed": seed, "layers": layers, "input": array("input", x),
        "weights": [array(n, w) for n, w in zip(names, weights)], "output": array("output", output),
        "loss": loss, "from_logits": from_logits, "targets": array("targets", targets),
        "loss_value": float(value), "penalty": float(penalty),
        "weight_gradients": [array(n, g) for n, g in zip(names, weight_gradients)],
        "input_gradient": array("input", input_gradient),
    }


def record_optimizer(name, model_name, seed):
    kind, arguments = OPTIMIZERS[name]
    _, _, batch, inputs, layers, loss, from_logits = next(m for m in MODELS if m[0] == model_name)
    weights, names, x, targets = draw(seed, batch, inputs, layers, loss)
    model, total = keras_model(inputs, layers, loss, from_logits)
    gradient = jax.value_and_grad(total, has_aux=True)
    optimizer = getattr(keras.optimizers, kind)(**arguments)
    optimizer.build(model.trainable_variables)
    state, now, losses = [v.value for v in optimizer.variables], [jnp.asarray(w) for w in weights], []
    m, v = ([np.zeros_like(w) for w in weights] for _ in range(2))
    for t in range(1, STEPS + 1):
        (value, _), gradients = gradient(now, jnp.asarray(x), jnp.asarray(targets))
        losses.append(float(value))
        oracle_step(kind, arguments, t, weights, [np.asarray(g) for g in gradients], m, v)
        now, state = optimizer.stateless_apply(state, gradients, now)
        for ours, theirs, what in zip(now, weights, names, strict=True):
            agree(ours, theirs, 1e-12, f"{what} after {t} steps of {name}")
    return {
        "name": name, "class": kind, "arguments": arguments, "model": model_name, "steps": STEPS, "losses": losses,
        "final_weights": [array(n, w) for n, w in zip(names, now)],
    }


def main():
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("keras.json")
    models = [record_model(*m) for m in MODELS]
    twins = [next(m for m in models if m["name"] == name) for name in ("probabilities", "probabilities_sparse")]
    assert math.isclose(twins[0]["loss_value"], twins[1]["loss_value"], rel_tol=1e-14), "one-hot and sparse differ"
    sections = {
        "versions": {
            "keras": keras.__version__, "backend": f"jax {jax.__version__}", "numpy": np.__version__,
            "python": platform.python_version(), "floatx": keras.config.floatx(),
        },
        "conventions": CONVENTIONS,
        "activations": [record_activation(name) for name in ACTIVATIONS],
        "models": models,
        "optimizers": [record_optimizer(name, "mlp", models[0]["seed"]) for name in OPTIMIZERS],
    }
    write(path, sections)


if __name__ == "__main__":
    main()
