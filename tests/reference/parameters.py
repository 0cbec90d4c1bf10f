#!/usr/bin/env python3
"""Records what Keras' constraints and regularizers make of weights, in float64: `parameters.json`.

usage: parameters.py [FILE]        (default: parameters.json beside this script)

Nothing is written unless every number agrees with a NumPy version that shares no code with Keras: values to 1e-12, and
the gradients of the penalties to central differences of it.
"""
import os
import sys
from pathlib import Path

os.environ.update(KERAS_BACKEND="jax", JAX_ENABLE_X64="1", JAX_PLATFORMS="cpu", TF_CPP_MIN_LOG_LEVEL="3")
import jax
import jax.numpy as jnp
import keras
import numpy as np
from checks import agree, array, central_difference, write
from keras.src.backend.common import dtypes

keras.config.set_floatx("float64")
dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"  # As in record.py.

EPSILON = 1e-7

# name: (constraint, shape, the same in NumPy)


def norms(w, axis):
    return np.sqrt(np.square(w).sum(axis, keepdims=True))


def scaled(desired):
    return lambda w, axis: w * desired(norms(w, axis)) / (EPSILON + norms(w, axis))


CONSTRAINTS = {
    "max_norm": (keras.constraints.MaxNorm(1.5), (6, 20), 0, scaled(lambda n: np.minimum(n, 1.5))),
    "max_norm_axis_1": (keras.constraints.MaxNorm(0.9, axis=1), (4, 3), 1, scaled(lambda n: np.minimum(n, 0.9))),
    "max_norm_of_a_bias": (keras.constraints.MaxNorm(1.0), (5,), 0, scaled(lambda n: np.minimum(n, 1.0))),
    "max_norm_of_three_axes": (keras.constraints.MaxNorm(0.8, axis=1), (2, 3, 4), 1, scaled(lambda n: np.minimum(n, 0.8))),
    "non_negative": (keras.constraints.NonNeg(), (5, 4), 0, lambda w, _: np.where(w < 0, 0, w)),
    "unit_norm": (keras.constraints.UnitNorm(), (5, 17), 0, scaled(np.ones_like)),
    "unit_norm_axis_1": (keras.constraints.UnitNorm(axis=1), (5, 3), 1, scaled(np.ones_like)),
    "min_max_norm": (
        keras.constraints.MinMaxNorm(1.4, 1.7, rate=0.3), (6, 20), 0,
        scaled(lambda n: 0.3 * np.clip(n, 1.4, 1.7) + 0.7 * n),
    ),
}


def cosines(normal):
    products = [abs(a @ b) for i, a in enumerate(normal) for b in normal[:i]]
    return np.mean(products)


def rows(w):
    return w / np.sqrt((w**2).sum(1, keepdims=True))


# name: (regularizer, shape, the same in NumPy)
REGULARIZERS = {
    "l1": (keras.regularizers.L1(0.03), (4, 3), lambda w: 0.03 * np.abs(w).sum()),
    "l2": (keras.regularizers.L2(0.02), (4, 3), lambda w: 0.02 * (w**2).sum()),
    "l1_l2": (
        keras.regularizers.L1L2(0.03, 0.02), (5,), lambda w: 0.03 * np.abs(w).sum() + 0.02 * (w**2).sum(),
    ),
    "orthogonal_rows": (
        keras.regularizers.OrthogonalRegularizer(0.7, mode="rows"), (5, 3), lambda w: 0.7 * cosines(rows(w)),
    ),
    "orthogonal_columns": (
        keras.regularizers.OrthogonalRegularizer(0.7, mode="columns"), (5, 4), lambda w: 0.7 * cosines(rows(w.T)),
    ),
}

CONVENTIONS = {
    "array": "row-major",
    "constraints": "`result` is the constraint of `weight`",
    "regularizers": "`value` is the penalty on `weight`, `gradient` its gradient",
}


def constraint(index, name):
    keras_one, shape, axis, oracle = CONSTRAINTS[name]
    weight = np.random.default_rng(index).normal(scale=0.65, size=shape)
    result = np.asarray(keras_one(jnp.asarray(weight)))
    agree(result, oracle(weight, axis), 1e-12, name)
    return {"name": name, "weight": array("weight", weight), "result": array("result", result)}


def regularizer(index, name):
    keras_one, shape, oracle = REGULARIZERS[name]
    weight = np.random.default_rng(100 + index).normal(size=shape)
    value, gradient = jax.value_and_grad(lambda w: keras_one(w))(jnp.asarray(weight))
    agree(value, oracle(weight), 1e-12, name)
    at = weight.copy()
    agree(gradient, central_difference(lambda: oracle(at), at), 1e-8, f"{name}: gradient")
    return {
        "name": name,
        "weight": array("weight", weight),
        "value": float(value),
        "gradient": array("gradient", gradient),
    }


def main():
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("parameters.json")
    sections = {
        "conventions": CONVENTIONS,
        "constraints": [constraint(index, name) for index, name in enumerate(CONSTRAINTS)],
        "regularizers": [regularizer(index, name) for index, name in enumerate(REGULARIZERS)],
    }
    write(file, sections)
    print(f"{file}: {len(CONSTRAINTS)} constraints, {len(REGULARIZERS)} regularizers")


if __name__ == "__main__":
    main()
