#!/usr/bin/env python3
"""Records every function of the language, in float64, for Katachi's tests to compare with: `functions.json`, and the
same functions in the language, `functions.rs`.

usage: functions.py        (writes both beside this script)

A row of `ROWS` has a function in the language, in JAX, and in plain NumPy by another formula, each for one sample.
Nothing is written unless the last two agree: values to 1e-12, and the gradients of JAX to 1e-8 with central differences
of NumPy. A row of `SEAMS` lies where a derivative jumps or a number is none, and has what the documentation of the
language says there. JAX must agree with that too, or differ where the row says that it differs.
"""
import math
import os
import platform
import re
import sys
from pathlib import Path

os.environ.update(JAX_ENABLE_X64="1", JAX_PLATFORMS="cpu")
import jax
import jax.numpy as jnp
import numpy as np
from checks import agree, array, central_difference, write
from jax import nn
from jax.scipy.special import erf, logsumexp

BATCH = 5
PI = math.pi
NAN, INF = math.nan, math.inf

CONVENTIONS = {
    "array": "row-major; inputs, outputs, cotangents and the gradients of inputs have the samples of the batch as their"
    " first axis; parameters and their gradients have none",
    "gradients": "those of the sum over samples and values of cotangent * output: by the inputs, then by the parameters",
    "written": "the body of the function in the language; its inputs are a, b and c, its parameters v and w",
    "seams": "one sample; the gradients are those of the sum of the outputs, as the documentation of the language has"
    " them; `jax` is what JAX computes where it differs; strings are numbers that JSON has not",
}

ANY, WIDE, POSITIVE = (-1.7, 1.7), (-9, 9), (0.3, 2.5)
PARAMETER = "parameter"  # the same for all samples


class Index:
    """The domain of whole numbers below `below`; no gradient passes through them."""
    def __init__(self, below):
        self.below = below


def held(formula):
    """Marks an oracle that takes its arguments twice: as they are, and as they were before any difference."""
    formula.held = True
    return formula


def each(formula):
    """The oracle of a function of one value, which Python's `math` computes value by value."""
    return lambda a: np.array([formula(float(x)) for x in a.ravel()]).reshape(a.shape)


def along(axis, formula):
    """The oracle of a function of each vector along an axis."""
    return lambda a: np.apply_along_axis(formula, axis, a)


def normalised(x):
    powers = [math.exp(value - min(x)) for value in x]
    return np.array(powers) / math.fsum(powers)


def log_sum(x):
    return min(x) + math.log(math.fsum(math.exp(value - min(x)) for value in x))


def product(a, b):
    return np.einsum("...ij,...jk->...ik", a, b)


def spread(x):
    """The variance by all pairs."""
    x = x.ravel()
    return np.sum((x[:, None] - x) ** 2) / (2 * len(x) ** 2)


SELU = 1.0507009873554804934193349852946, 1.6732632423543772848170429916717
S, V, M, T = (), (4,), (2, 3), (2, 3, 4)

# name, [(shape, domain)], output shape, in the language, in JAX, in NumPy
ROWS = [
    # Arithmetic and broadcasting
    ("add", [(M, ANY), ((3,), ANY)], M, "a + b", lambda a, b: a + b, lambda a, b: np.stack([a[0] + b, a[1] + b])),
    ("add_crosswise", [((4, 1, 3), ANY), ((2, 1), ANY)], (4, 2, 3), "a + b", lambda a, b: a + b,
     lambda a, b: np.array([[[a[i, 0, k] + b[j, 0] for k in range(3)] for j in range(2)] for i in range(4)])),
    ("add_a_parameter", [(M, ANY), ((3,), PARAMETER)], M, "a + v", lambda a, v: a + v,
     lambda a, v: np.stack([a[0] + v, a[1] + v])),
    ("sub", [((2, 1), ANY), ((3,), ANY)], M, "a - b", lambda a, b: a - b,
     lambda a, b: np.array([[x - y for y in b] for x in a[:, 0]])),
    ("sub_from_a_number", [(V, ANY)], V, "1.5 - a", lambda a: 1.5 - a, each(lambda x: 1.5 - x)),
    ("mul", [(M, ANY), (S, ANY)], M, "a * b", lambda a, b: a * b, lambda a, b: np.einsum("ij,->ij", a, b)),
    ("mul_by_itself", [(V, ANY)], V, "a * a * a", lambda a: a * a * a, each(lambda x: x**3)),
    ("mul_crosswise", [((3, 1), ANY), ((1, 4), ANY)], (3, 4), "a * b", lambda a, b: a * b,
     lambda a, b: np.einsum("ij,kl->il", a, b)),
    ("mul_parameters", [((2, 1, 3), ANY), ((2, 1), PARAMETER), (S, PARAMETER)], (2, 2, 3), "a * v * w",
     lambda a, v, w: a * v * w, lambda a, v, w: w * np.einsum("ijk,lm->ilk", a, v)),
    ("div", [((3,), ANY), (M, POSITIVE)], M, "a / b", lambda a, b: a / b,
     lambda a, b: np.stack([a * b[0] ** -1, a * b[1] ** -1])),
    ("div_a_number", [(V, POSITIVE)], V, "2 / a", lambda a: 2 / a, each(lambda x: 2 * x**-1)),
    ("div_by_a_number", [(V, ANY)], V, "a / 3", lambda a: a / 3, each(lambda x: x / 3)),
    ("neg", [(V, ANY)], V, "-a", lambda a: -a, lambda a: 0 - a),
    ("neg_of_all", [((2, 3, 2), ANY)], (2, 3, 2), "-(a - 2.0) * -a", lambda a: -(a - 2) * -a, lambda a: a * a - 2 * a),
    ("numbers", [((3,), ANY)], (3,), "2.0 * a - 0.5 + [0.25, -1.0, 3.0]",
     lambda a: 2.0 * a - 0.5 + jnp.array([0.25, -1.0, 3.0]),
     lambda a: np.array([2 * a[0] - 0.25, 2 * a[1] - 1.5, 2 * a[2] + 2.5])),
    ("constant", [(S, ANY)], S, "a * core::f64::consts::PI", lambda a: a * jnp.pi, lambda a: PI * float(a)),
    ("array", [(S, ANY), (S, ANY)], (2, 2), "[[a, b], [b, a * b]]", lambda a, b: jnp.array([[a, b], [b, a * b]]),
     lambda a, b: np.array([[a, b], [b, a * b]])),
    ("array_of_rows", [((3,), ANY), ((3,), ANY)], (3, 3), "[a, -b, a]", lambda a, b: jnp.stack([a, -b, a]),
     lambda a, b: np.array([list(a), list(-b), list(a)])),
    # Of each value
    ("abs", [(M, ANY)], M, "abs(a)", jnp.abs, each(math.fabs)),
    ("sign", [(V, ANY)], V, "sign(a) * a", lambda a: jnp.sign(a) * a, each(lambda x: x if x > 0 else -x)),
    ("sqrt", [(V, POSITIVE)], V, "sqrt(a)", jnp.sqrt, each(lambda x: x**0.5)),
    ("rsqrt", [(V, POSITIVE)], V, "rsqrt(a)", jax.lax.rsqrt, each(lambda x: x**-0.5)),
    ("square", [(M, ANY)], M, "square(a)", jnp.square, each(lambda x: x * x)),
    ("exp", [(V, ANY)], V, "exp(a)", jnp.exp, each(math.exp)),
    ("exp_wide", [(V, WIDE)], V, "exp(-square(a) / 9.0)", lambda a: jnp.exp(-(a**2) / 9),
     each(lambda x: math.exp(-x * x / 9))),
    ("ln", [(V, POSITIVE)], V, "ln(a)", jnp.log, each(math.log)),
    ("sin", [(V, WIDE)], V, "sin(a)", jnp.sin, each(math.sin)),
    ("cos", [(V, WIDE)], V, "cos(a)", jnp.cos, each(math.cos)),
    ("floor", [(V, ANY)], V, "floor(2.0 * a) + a", lambda a: jnp.floor(2 * a) + a, each(lambda x: math.floor(2 * x) + x)),
    ("erf", [(V, (-4, 4))], V, "erf(a)", erf, each(math.erf)),
    # Activations
    ("relu", [(V, ANY)], V, "relu(a)", nn.relu, each(lambda x: x if x > 0 else 0.0)),
    ("relu6", [(V, (-3, 9))], V, "relu6(a)", nn.relu6, each(lambda x: min(max(x, 0.0), 6.0))),
    ("leaky_relu", [(V, ANY)], V, "leaky_relu(a, 0.1)", lambda a: nn.leaky_relu(a, 0.1),
     each(lambda x: x if x > 0 else x / 10)),
    ("leaky_relu_by_default", [(V, ANY)], V, "leaky_relu(a)", lambda a: nn.leaky_relu(a, 0.2),
     each(lambda x: x if x > 0 else x / 5)),
    ("leaky_relu_falling", [(V, ANY)], V, "leaky_relu(a, negative_slope = -0.3)", lambda a: nn.leaky_relu(a, -0.3),
     each(lambda x: x if x > 0 else -0.3 * x)),
    ("elu", [(V, ANY)], V, "elu(a, alpha = 0.7)", lambda a: nn.elu(a, 0.7),
     each(lambda x: x if x > 0 else 0.7 * math.expm1(x))),
    ("elu_by_default", [(V, ANY)], V, "elu(a)", nn.elu, each(lambda x: x if x > 0 else math.expm1(x))),
    ("selu", [(V, ANY)], V, "selu(a)", nn.selu, each(lambda x: SELU[0] * (x if x > 0 else SELU[1] * math.expm1(x)))),
    ("gelu", [(V, (-5, 5))], V, "gelu(a)", lambda a: nn.gelu(a, approximate=False),
     each(lambda x: x * math.erfc(-x / 2**0.5) / 2)),
    ("gelu_approximate", [(V, (-5, 5))], V, "gelu(a, approximate = true)", lambda a: nn.gelu(a, approximate=True),
     each(lambda x: x / (1 + math.exp(-2 * math.sqrt(2 / PI) * (x + 0.044715 * x**3))))),
    ("silu", [(V, WIDE)], V, "silu(a)", nn.silu, each(lambda x: x / (1 + math.exp(-x)))),
    ("sigmoid", [(M, WIDE)], M, "sigmoid(a)", nn.sigmoid, each(lambda x: (1 + math.tanh(x / 2)) / 2)),
    ("hard_sigmoid", [(V, (-4, 4))], V, "hard_sigmoid(a)", nn.hard_sigmoid,
     each(lambda x: min(max(x / 6 + 0.5, 0.0), 1.0))),
    ("tanh", [(V, ANY)], V, "tanh(a)", jnp.tanh, each(lambda x: 1 - 2 / (math.exp(2 * x) + 1))),
    ("softplus", [(V, WIDE)], V, "softplus(a)", nn.softplus, each(lambda x: math.log1p(math.exp(x)))),
    ("softsign", [(V, ANY)], V, "softsign(a)", nn.soft_sign, each(lambda x: x / (1 + x) if x > 0 else x / (1 - x))),
    ("softmax", [(M, ANY)], M, "softmax(a)", nn.softmax, along(-1, normalised)),
    ("softmax_of_a_vector", [((7,), ANY)], (7,), "softmax(a)", nn.softmax, normalised),
    ("softmax_of_columns", [(M, ANY)], M, "softmax(a, axis = 0)", lambda a: nn.softmax(a, 0), along(0, normalised)),
    ("softmax_amid", [(T, ANY)], T, "softmax(a, axis = -2)", lambda a: nn.softmax(a, -2), along(1, normalised)),
    ("log_softmax", [(M, ANY)], M, "log_softmax(a)", nn.log_softmax, along(-1, lambda x: x - log_sum(x))),
    ("log_softmax_of_columns", [(M, ANY)], M, "log_softmax(a, axis = 0)", lambda a: nn.log_softmax(a, 0),
     along(0, lambda x: x - log_sum(x))),
    ("log_softmax_amid", [(T, ANY)], T, "log_softmax(a, axis = 1)", lambda a: nn.log_softmax(a, 1),
     along(1, lambda x: x - log_sum(x))),
    # Of several values
    ("pow", [(V, ANY)], V, "pow(a, 3)", lambda a: a**3, each(lambda x: x * x * x)),
    ("pow_of_ten", [(V, ANY)], V, "pow(a, 10)", lambda a: a**10, each(lambda x: (x * x) ** 5)),
    ("pow_inverse", [(V, POSITIVE)], V, "pow(a, -2)", lambda a: a**-2, each(lambda x: 1 / (x * x))),
    ("pow_of_a_half", [(V, POSITIVE)], V, "pow(a, 1.5)", lambda a: a**1.5, each(lambda x: x * math.sqrt(x))),
    ("pow_of_a_number", [(V, ANY)], V, "pow(2.0, a)", lambda a: 2.0**a, each(lambda x: math.exp(x * math.log(2)))),
    ("pow_of_two", [((2, 2), POSITIVE), ((2,), ANY)], (2, 2), "pow(a, b)", lambda a, b: a**b,
     lambda a, b: np.exp(np.log(a) * b)),
    ("pow_crosswise", [((2, 1), POSITIVE), ((3,), PARAMETER)], M, "pow(a, v)", lambda a, v: a**v,
     lambda a, v: np.exp(np.outer(np.log(a), v))),
    ("minimum", [(M, ANY), ((3,), ANY)], M, "minimum(a, b)", jnp.minimum, lambda a, b: np.where(a < b, a, b)),
    ("minimum_of_a_parameter", [(M, ANY), ((2, 1), PARAMETER)], M, "minimum(v, a)", lambda a, v: jnp.minimum(v, a),
     lambda a, v: np.where(a < v, a, v)),
    ("maximum", [(M, ANY), (S, ANY)], M, "maximum(a, b)", jnp.maximum, lambda a, b: np.where(a > b, a, b)),
    ("maximum_of_a_number", [(V, ANY)], V, "maximum(a, 0.25)", lambda a: jnp.maximum(a, 0.25),
     each(lambda x: max(x, 0.25))),
    ("clip", [((5,), ANY)], (5,), "clip(a, -0.5, 1.0)", lambda a: jnp.clip(a, -0.5, 1.0),
     each(lambda x: min(max(x, -0.5), 1.0))),
    ("clip_between_values", [(M, ANY), ((3,), (-2, -0.4)), ((2, 1), (0.4, 2))], M, "clip(a, b, c)", jnp.clip,
     lambda a, b, c: np.where(a < b, b, np.where(a > c, c, a))),
    ("select", [(M, ANY), ((3,), ANY), (S, ANY)], M, "select(a > b, a * b, c)",
     lambda a, b, c: jnp.where(a > b, a * b, c),
     lambda a, b, c: np.array([[x * y if x > y else float(c) for x, y in zip(row, b)] for row in a])),
    ("select_crosswise", [((3,), ANY), ((2, 1), ANY), ((2, 1, 1), ANY)], (2, 2, 3), "select(a < 0.2, b, c)",
     lambda a, b, c: jnp.where(a < 0.2, b, c),
     lambda a, b, c: np.array(
         [[[b[j, 0] if x < 0.2 else c[i, 0, 0] for x in a] for j in range(2)] for i in range(2)])),
    ("comparisons", [((3,), Index(3)), ((3,), Index(3)), ((3,), ANY)], (6, 3),
     "[select(a < b, c, 0), select(a <= b, c, 0), select(a > b, c, 0), select(a >= b, c, 0), select(a == b, c, 0),"
     " select(a != b, c, 0)]",
     lambda a, b, c: jnp.stack([(a < b) * c, (a <= b) * c, (a > b) * c, (a >= b) * c, (a == b) * c, (a != b) * c]),
     lambda a, b, c: np.array([[z if x - y in when else 0 for x, y, z in zip(a, b, c)]
                               for when in ((-2, -1), (-2, -1, 0), (1, 2), (0, 1, 2), (0,), (-2, -1, 1, 2))])),
    ("conditions", [((6,), ANY)], (6,),
     "select((a > 0.5) | !(a >= -0.5) & (a != 0.0), a, select((a < 0.2) & (a <= 0.3) | (a == 9.0), 2.0 * a, 3.0 * a))",
     lambda a: jnp.where((a > 0.5) | ~(a >= -0.5) & (a != 0.0), a,
                         jnp.where((a < 0.2) & (a <= 0.3) | (a == 9.0), 2.0 * a, 3.0 * a)),
     each(lambda x: x if abs(x) > 0.5 else 2 * x if x < 0.2 else 3 * x)),
    # Products
    ("matmul", [(M, ANY), ((3, 4), ANY)], (2, 4), "matmul(a, b)", jnp.matmul, product),
    ("matmul_of_a_row", [((3,), ANY), ((3, 4), ANY)], V, "matmul(a, b)", jnp.matmul,
     lambda a, b: np.einsum("i,ij", a, b)),
    ("matmul_of_a_column", [(M, ANY), ((3,), ANY)], (2,), "matmul(a, b)", jnp.matmul,
     lambda a, b: np.einsum("ij,j", a, b)),
    ("matmul_of_vectors", [(V, ANY), (V, ANY)], S, "matmul(a, b)", jnp.matmul, lambda a, b: math.fsum(a * b)),
    ("matmul_of_stacks", [((2, 1, 2, 3), ANY), ((4, 3, 2), ANY)], (2, 4, 2, 2), "matmul(a, b)", jnp.matmul, product),
    ("matmul_of_a_stack", [((4, 2, 3), ANY), ((3, 2), ANY)], (4, 2, 2), "matmul(a, b)", jnp.matmul, product),
    ("matmul_with_a_stack", [(M, ANY), ((2, 3, 2), ANY)], (2, 2, 2), "matmul(a, b)", jnp.matmul, product),
    ("matmul_transposed", [((3, 2), ANY), ((4, 3), ANY)], (2, 4), "matmul(transpose(a), transpose(b))",
     lambda a, b: a.T @ b.T, lambda a, b: np.einsum("ji,kj->ik", a, b)),
    ("matmul_with_itself", [((3, 3), ANY)], (3, 3), "matmul(a, transpose(a))", lambda a: a @ a.T,
     lambda a: np.einsum("ij,kj->ik", a, a)),
    ("matmul_with_a_parameter", [(M, ANY), ((3, 2), PARAMETER)], (2, 2), "matmul(a, w)", jnp.matmul, product),
    ("matmul_of_a_parameter", [((3,), ANY), (M, PARAMETER)], (2,), "matmul(w, a)", lambda a, w: w @ a,
     lambda a, w: np.einsum("ij,j", w, a)),
    ("matmul_with_a_stack_of_parameters", [(M, ANY), ((4, 3, 2), PARAMETER)], (4, 2, 2), "matmul(a, w)", jnp.matmul,
     product),
    ("dot", [(V, ANY), (V, ANY)], S, "dot(a, b)", jnp.dot, lambda a, b: math.fsum(a * b)),
    ("dot_with_a_parameter", [(V, ANY), (V, PARAMETER)], S, "dot(w, a)", lambda a, w: jnp.dot(w, a),
     lambda a, w: math.fsum(a * w)),
    ("outer", [((2,), ANY), ((3,), ANY)], M, "outer(a, b)", jnp.outer, lambda a, b: np.array([[x * y for y in b] for x in a])),
    ("outer_with_a_parameter", [((2,), ANY), ((3,), PARAMETER)], (3, 2), "outer(v, a)", lambda a, v: jnp.outer(v, a),
     lambda a, v: np.array([[x * y for y in a] for x in v])),
    # Order and shape
    ("transpose", [(T, ANY)], (2, 4, 3), "transpose(a)", lambda a: jnp.swapaxes(a, -1, -2),
     lambda a: np.stack([a[0].T, a[1].T])),
    ("transpose_of_a_matrix", [(M, ANY)], (3, 2), "transpose(a)", jnp.transpose, lambda a: np.stack([a[0], a[1]], -1)),
    ("transpose_of_axes", [(T, ANY)], (4, 2, 3), "transpose(a, [2, 0, 1])", lambda a: jnp.transpose(a, (2, 0, 1)),
     lambda a: np.einsum("ijk->kij", a)),
    ("transpose_of_four", [((2, 3, 2, 2), ANY)], (3, 2, 2, 2), "transpose(a, [1, 3, 0, 2])",
     lambda a: jnp.transpose(a, (1, 3, 0, 2)), lambda a: np.einsum("ijkl->jlik", a)),
    ("transpose_of_a_parameter", [((3,), ANY), ((3, 2), PARAMETER)], M, "transpose(w) * a", lambda a, w: w.T * a,
     lambda a, w: np.stack([w[:, 0] * a, w[:, 1] * a])),
    ("reshape", [((2, 6), ANY)], (3, 4), "reshape(a, [3, 4])", lambda a: jnp.reshape(a, (3, 4)),
     lambda a: np.array([[a[divmod(4 * i + j, 6)] for j in range(4)] for i in range(3)])),
    ("reshape_to_ones", [((3,), ANY)], (1, 3, 1), "reshape(a, [1, 3, 1])", lambda a: a[None, :, None],
     lambda a: np.array([[[x] for x in a]])),
    ("flatten", [(M, ANY)], (6,), "flatten(a)", jnp.ravel, lambda a: np.concatenate([a[0], a[1]])),
    ("flatten_a_number", [(S, ANY)], (1,), "flatten(a)", jnp.ravel, lambda a: np.array([float(a)])),
    ("broadcast", [((2, 1), ANY)], (3, 2, 2), "broadcast(a, [3, 2, 2])", lambda a: jnp.broadcast_to(a, (3, 2, 2)),
     lambda a: np.array([[[x, x] for x in a[:, 0]]] * 3)),
    ("broadcast_a_number", [(S, ANY)], M, "broadcast(a, [2, 3])", lambda a: jnp.broadcast_to(a, M),
     lambda a: np.full(M, float(a))),
    ("broadcast_a_parameter", [((3,), ANY), ((3,), PARAMETER)], M, "a + broadcast(v, [2, 3])",
     lambda a, v: a + jnp.broadcast_to(v, M), lambda a, v: np.array([a + v] * 2)),
    ("concat", [(M, ANY), ((2, 1), ANY)], (2, 4), "concat(a, b)", lambda a, b: jnp.concatenate([a, b], -1),
     lambda a, b: np.array([[*x, *y] for x, y in zip(a, b)])),
    ("concat_of_rows", [((1, 2), ANY), ((3, 2), ANY)], (4, 2), "concat(a, b, axis = 0)",
     lambda a, b: jnp.concatenate([a, b], 0), lambda a, b: np.array([*a, *b])),
    ("concat_amid", [((2, 1, 3), ANY), ((2, 2, 3), ANY), ((2, 1, 3), ANY)], (2, 4, 3), "concat(a, b, c, axis = -2)",
     lambda *all: jnp.concatenate(all, 1), lambda a, b, c: np.array([[*x, *y, *z] for x, y, z in zip(a, b, c)])),
    ("concat_a_parameter", [((2,), ANY), ((3,), PARAMETER)], (7,), "concat(v, a, a)",
     lambda a, v: jnp.concatenate([v, a, a]), lambda a, v: np.array([*v, *a, *a])),
    ("stack", [((2,), ANY), ((2,), ANY)], (2, 2), "stack(a, b)", lambda a, b: jnp.stack([a, b]),
     lambda a, b: np.array([a, b])),
    ("stack_of_columns", [((3,), ANY), ((3,), ANY)], (3, 2), "stack(a, b, axis = -1)",
     lambda a, b: jnp.stack([a, b], -1), lambda a, b: np.array([a, b]).T),
    ("stack_amid", [(M, ANY), (M, ANY), (M, ANY)], (2, 3, 3), "stack(a, b, c, axis = 1)",
     lambda *all: jnp.stack(all, 1), lambda a, b, c: np.array([[x, y, z] for x, y, z in zip(a, b, c)])),
    ("split", [((2, 6), ANY)], (2, 2), "let (b, c, d) = split(a, 3); b * c - d",
     lambda a: (lambda b, c, d: b * c - d)(*jnp.split(a, 3, -1)), lambda a: a[:, :2] * a[:, 2:4] - a[:, 4:]),
    ("split_by_sizes", [((5, 2), ANY)], (2,),
     "let (b, c) = split(a, [2, 3], axis = 0); sum(b, axis = 0) * sum(c, axis = 0)",
     lambda a: (lambda b, c: b.sum(0) * c.sum(0))(*jnp.split(a, [2], 0)), lambda a: (a[0] + a[1]) * (a[2] + a[3] + a[4])),
    ("split_amid", [((2, 5, 2), ANY)], (2, 2, 2), "let (b, _, c) = split(a, [2, 1, 2], axis = 1); b - c * b",
     lambda a: (lambda b, _, c: b - c * b)(*jnp.split(a, [2, 3], 1)), lambda a: a[:, :2] * (1 - a[:, 3:])),
    ("slice", [((2, 5), ANY)], (2, 2), "slice(a, 1..3)", lambda a: a[:, 1:3],
     lambda a: np.stack([a[:, 1], a[:, 2]], -1)),
    ("slice_of_an_axis", [((5, 2), ANY)], (3, 2), "slice(a, 2.., axis = 0)", lambda a: a[2:],
     lambda a: np.array([a[2], a[3], a[4]])),
    ("slice_amid", [((2, 4, 3), ANY)], (2, 2, 3), "slice(a, ..2, axis = -2)", lambda a: a[:, :2],
     lambda a: np.stack([a[:, 0], a[:, 1]], 1)),
    ("index", [((3, 2), ANY)], (2,), "a[1] * a[0..2][1]", lambda a: a[1] * a[1], lambda a: np.square(a)[1]),
    ("index_twice", [((3, 2, 2), ANY)], (2,), "a[2][0] - 2.0 * a[0][1]", lambda a: a[2, 0] - 2 * a[0, 1],
     lambda a: np.array([a[2, 0, 0] - 2 * a[0, 1, 0], a[2, 0, 1] - 2 * a[0, 1, 1]])),
    ("range", [((4, 2), ANY)], (2, 2), "a[..2] * a[2..] + a[1..3]", lambda a: a[:2] * a[2:] + a[1:3],
     lambda a: np.array([a[0] * a[2] + a[1], a[1] * a[3] + a[2]])),
    ("pad", [((2, 2), ANY)], (2, 5), "pad(a, 1, 2)", lambda a: jnp.pad(a, ((0, 0), (1, 2))),
     lambda a: np.array([[0, *x, 0, 0] for x in a])),
    ("pad_of_an_axis", [((2, 2), ANY)], (3, 2), "pad(a, 0, 1, axis = 0)", lambda a: jnp.pad(a, ((0, 1), (0, 0))),
     lambda a: np.array([*a, [0, 0]])),
    ("pad_amid", [((2, 1, 2), ANY)], (2, 4, 2), "pad(a, 2, 1, axis = 1)", lambda a: jnp.pad(a, ((0, 0), (2, 1), (0, 0))),
     lambda a: np.array([[[0, 0], [0, 0], x[0], [0, 0]] for x in a])),
    # Over axes
    ("sum", [((2, 3, 2), ANY)], S, "sum(a)", jnp.sum, lambda a: math.fsum(a.ravel())),
    ("sum_over_axes", [((2, 3, 2), ANY)], (3,), "sum(a, axis = [0, 2])", lambda a: jnp.sum(a, (0, 2)),
     lambda a: np.einsum("ijk->j", a)),
    ("sum_kept", [(M, ANY)], (2, 1), "sum(a, axis = 1, keep = true)", lambda a: jnp.sum(a, 1, keepdims=True),
     lambda a: np.array([[math.fsum(x)] for x in a])),
    ("sum_of_a_parameter", [((3,), ANY), (M, PARAMETER)], (3,), "a * sum(w, axis = 0)", lambda a, w: a * w.sum(0),
     lambda a, w: a * w[0] + a * w[1]),
    ("mean", [(M, ANY)], (3,), "mean(a, axis = 0)", lambda a: jnp.mean(a, 0), lambda a: (a[0] + a[1]) / 2),
    ("mean_of_all", [(T, ANY)], (1, 1, 1), "mean(a, keep = true)", lambda a: jnp.mean(a, keepdims=True),
     lambda a: np.array([[[math.fsum(a.ravel()) / 24]]])),
    ("mean_amid", [(T, ANY)], (2, 4), "mean(a, axis = -2)", lambda a: jnp.mean(a, 1), lambda a: np.einsum("ijk->ik", a) / 3),
    ("max", [(M, ANY)], (2,), "max(a, axis = -1)", lambda a: jnp.max(a, -1), along(-1, max)),
    ("max_over_axes", [(T, ANY)], (1, 3, 1), "max(a, axis = [0, -1], keep = true)",
     lambda a: jnp.max(a, (0, 2), keepdims=True), lambda a: np.array([[[sorted(a[:, j].ravel())[-1]] for j in range(3)]])),
    ("max_of_all", [(M, ANY)], S, "max(a)", jnp.max, lambda a: sorted(a.ravel())[-1]),
    ("min", [(M, ANY)], (1, 3), "min(a, axis = 0, keep = true)", lambda a: jnp.min(a, 0, keepdims=True),
     lambda a: np.array([[min(x) for x in a.T]])),
    ("min_of_all", [(T, ANY)], S, "min(a)", jnp.min, lambda a: sorted(a.ravel())[0]),
    ("min_amid", [(T, ANY)], (2, 4), "min(a, axis = 1)", lambda a: jnp.min(a, 1), along(1, min)),
    ("variance", [((2, 4), ANY)], (2,), "variance(a, axis = 1)", lambda a: jnp.var(a, 1), along(1, spread)),
    ("variance_over_axes", [(T, ANY)], (1, 3, 1), "variance(a, axis = [0, 2], keep = true)",
     lambda a: jnp.var(a, (0, 2), keepdims=True), lambda a: np.array([[[spread(a[:, j])] for j in range(3)]])),
    ("variance_of_all", [(M, ANY)], S, "variance(a)", jnp.var, spread),
    ("norm", [(M, ANY)], (2,), "norm(a, axis = 1)", lambda a: jnp.linalg.norm(a, axis=1), along(1, lambda x: math.hypot(*x))),
    ("norm_of_all", [(T, ANY)], S, "norm(a)", lambda a: jnp.sqrt(jnp.sum(a**2)), lambda a: math.hypot(*a.ravel())),
    ("norm_kept", [(M, ANY)], (1, 3), "norm(a, axis = 0, keep = true)",
     lambda a: jnp.linalg.norm(a, axis=0, keepdims=True), lambda a: np.array([[math.hypot(*x) for x in a.T]])),
    ("logsumexp", [(M, ANY)], (3,), "logsumexp(a, axis = 0)", lambda a: logsumexp(a, 0), along(0, log_sum)),
    ("logsumexp_of_all", [(M, (-40, 40))], (1, 1), "logsumexp(a, keep = true)", lambda a: logsumexp(a, keepdims=True),
     lambda a: np.array([[log_sum(a.ravel())]])),
    ("logsumexp_over_axes", [(T, ANY)], V, "logsumexp(a, axis = [0, 1])", lambda a: logsumexp(a, (0, 1)),
     lambda a: np.array([log_sum(a[..., k].ravel()) for k in range(4)])),
    # Indices
    ("argmax", [((2, 4), ANY)], (2,), "argmax(a) + sum(a, axis = 1)", lambda a: jnp.argmax(a, -1) + a.sum(-1),
     lambda a: np.array([list(x).index(max(x)) + math.fsum(x) for x in a])),
    ("argmax_of_columns", [((3, 2), ANY)], (2,), "argmax(a, axis = 0) * sum(a)", lambda a: jnp.argmax(a, 0) * a.sum(),
     lambda a: np.array([list(x).index(max(x)) for x in a.T]) * math.fsum(a.ravel())),
    ("argmax_amid", [(T, ANY)], (2, 4), "argmax(a, axis = 1) * a[0][0]", lambda a: jnp.argmax(a, 1) * a[0, 0],
     lambda a: np.array([[list(x).index(max(x)) for x in matrix.T] * a[0, 0] for matrix in a])),
    ("one_hot", [((2,), Index(4)), ((2, 4), ANY)], (2, 4), "one_hot(a, 4) * b",
     lambda a, b: nn.one_hot(a, 4, dtype=jnp.float64) * b, lambda a, b: np.eye(4)[a.astype(int)] * b),
    ("one_hot_of_a_number", [(S, Index(3)), (S, ANY)], (3,), "one_hot(a, 3) * b",
     lambda a, b: nn.one_hot(a, 3, dtype=jnp.float64) * b, lambda a, b: np.eye(3)[int(a)] * b),
    ("lookup", [((3,), Index(4)), ((4, 2), PARAMETER)], (3, 2), "lookup(w, a)", lambda a, w: w[a.astype(int)],
     lambda a, w: np.array([w[int(i)] for i in a])),
    ("lookup_of_a_number", [(S, Index(4)), ((3,), ANY), ((4, 3), PARAMETER)], (3,), "lookup(w, a) * b",
     lambda a, b, w: w[a.astype(int)] * b, lambda a, b, w: w[int(a)] * b),
    ("lookup_of_a_matrix", [((2, 2), Index(3)), ((3, 2), PARAMETER)], (2, 2, 2), "square(lookup(w, a)) + sum(w)",
     lambda a, w: w[a.astype(int)] ** 2 + w.sum(),
     lambda a, w: np.array([[w[int(i)] ** 2 + math.fsum(w.ravel()) for i in x] for x in a])),
    # Training
    ("dropout", [(V, ANY)], V, "dropout(a, 0.0)", lambda a: a, lambda a: a),
    ("stop_gradient", [((3,), ANY)], (3,), "a * stop_gradient(a)", lambda a: a * jax.lax.stop_gradient(a),
     held(lambda a, a0: a * a0)),
    ("stop_gradient_of_a_parameter", [((3,), ANY), ((3,), PARAMETER)], (3,), "(a + v) * stop_gradient(exp(a * v))",
     lambda a, v: (a + v) * jax.lax.stop_gradient(jnp.exp(a * v)), held(lambda a, v, a0, v0: (a + v) * np.exp(a0 * v0))),
    ("grad", [((3,), ANY)], (3,), "grad(sum(pow(a, 3)), a)", jax.grad(lambda a: jnp.sum(a**3)), lambda a: 3 * a * a),
    ("grad_of_a_product", [((3,), ANY), ((3, 2), PARAMETER)], (3,), "grad(sum(square(matmul(a, w))), a)",
     jax.grad(lambda a, w: jnp.sum((a @ w) ** 2)), lambda a, w: 2 * np.einsum("ij,kj,k->i", w, w, a)),
    ("grad_of_a_grad", [((2,), ANY), ((2,), ANY)], (2,), "grad(sum(grad(sum(exp(a) * sin(b)), a) * a), b)",
     lambda a, b: jax.grad(lambda b: jnp.sum(jax.grad(lambda a: jnp.sum(jnp.exp(a) * jnp.sin(b)))(a) * a))(b),
     lambda a, b: a * np.exp(a) * np.cos(b)),
]


def take(table, index):
    """Rows of a table; of no row, NaN."""
    row = jnp.where((index >= 0) & (index == jnp.floor(index)), index, len(table)).astype(int)
    return jnp.take(table, row, axis=0, mode="fill", fill_value=NAN)


HUGE = 2.0**41

# name, inputs of one sample and then parameters, output shape, in the language, in JAX, the documented output, the
# documented gradients of its sum (None: the documentation says nothing), and what of JAX differs
SEAMS = [
    ("abs_at_0", [[0.0, -0.0]], (2,), "abs(a)", jnp.abs, [0, 0], [[0, 0]], "gradients"),
    ("sign_at_0", [[0.0, -0.0, 2.0, -3.0]], V, "sign(a)", jnp.sign, [0, 0, 1, -1], [[0] * 4], ""),
    ("floor_at_whole_numbers", [[-2.0, -0.5, 0.0, 3.0]], V, "floor(a)", jnp.floor, [-2, -1, 0, 3], [[0] * 4], ""),
    ("sqrt_at_0", [[0.0, -1.0]], (2,), "sqrt(a)", jnp.sqrt, [0, NAN], [[INF, NAN]], ""),
    ("rsqrt_at_0", [[0.0, 4.0]], (2,), "rsqrt(a)", jax.lax.rsqrt, [INF, 0.5], [[-INF, -0.0625]], ""),
    ("ln_at_0", [[0.0, -1.0]], (2,), "ln(a)", jnp.log, [-INF, NAN], None, ""),
    ("sin_of_the_huge", [[HUGE, -HUGE]], (2,), "sin(a)", jnp.sin, [NAN, NAN], None, "output"),
    ("cos_of_the_huge", [[HUGE, -HUGE]], (2,), "cos(a)", jnp.cos, [NAN, NAN], None, "output"),
    ("nan_stays", [[NAN]], (10,),
     "let n = a[0]; stack(n + 1, -n, abs(n), exp(n), relu(n), tanh(n), sigmoid(n), softplus(n), erf(n), floor(n))",
     lambda a: jnp.stack([f(a[0]) for f in (lambda n: n + 1, jnp.negative, jnp.abs, jnp.exp, nn.relu, jnp.tanh, nn.sigmoid,
                                            nn.softplus, erf, jnp.floor)]), [NAN] * 10, None, ""),
    ("div_by_0", [[1.0, -1.0, 0.0], [0.0, 0.0, 0.0]], (3,), "a / b", lambda a, b: a / b, [INF, -INF, NAN], None, ""),
    ("relu_at_0", [[0.0, 1.0]], (2,), "relu(a)", nn.relu, [0, 1], [[0, 1]], ""),
    ("relu6_at_its_ends", [[0.0, 6.0]], (2,), "relu6(a)", nn.relu6, [0, 6], [[0, 0]], ""),
    ("hard_sigmoid_at_its_ends", [[-3.0, 3.0]], (2,), "hard_sigmoid(a)", nn.hard_sigmoid, [0, 1], [[0, 0]], ""),
    ("leaky_relu_at_0", [[0.0, -0.0]], (2,), "leaky_relu(a, 0.1)", lambda a: nn.leaky_relu(a, 0.1), [0, 0], [[0.1, 0.1]],
     "gradients"),
    ("elu_at_0", [[0.0, -1e-10]], (2,), "elu(a, 0.7)", lambda a: nn.elu(a, 0.7), [0, 0.7 * math.expm1(-1e-10)],
     [[0.7, 0.7 * math.exp(-1e-10)]], ""),
    ("selu_at_0", [[0.0, -1e-10]], (2,), "selu(a)", nn.selu, [0, SELU[0] * SELU[1] * math.expm1(-1e-10)],
     [[SELU[0] * SELU[1], SELU[0] * SELU[1] * math.exp(-1e-10)]], ""),
    ("softsign_at_0", [[0.0]], (1,), "softsign(a)", nn.soft_sign, [0], [[1]], ""),
    ("sigmoid_of_the_large", [[800.0, -800.0]], (2,), "sigmoid(a)", nn.sigmoid, [1, 0], [[0, 0]], ""),
    ("softplus_of_the_large", [[800.0, -800.0]], (2,), "softplus(a)", nn.softplus, [800, 0], [[1, 0]], ""),
    ("softmax_of_the_large", [[1000.0, 1000.0, -2000.0]], (3,), "softmax(a)", nn.softmax, [0.5, 0.5, 0], [[0, 0, 0]], ""),
    ("log_softmax_of_the_large", [[1000.0, 1000.0, -2000.0]], (3,), "log_softmax(a)", nn.log_softmax,
     [-math.log(2), -math.log(2), -3000 - math.log(2)], [[-0.5, -0.5, 1]], ""),
    ("logsumexp_of_the_large", [[1000.0, 1000.0, -2000.0]], S, "logsumexp(a)", logsumexp, [1000 + math.log(2)],
     [[0.5, 0.5, 0]], ""),
    ("maximum_of_equals", [[1.0, 2.0], [1.0, 3.0]], (2,), "maximum(a, b)", jnp.maximum, [1, 3], [[0.5, 0], [0.5, 1]], ""),
    ("minimum_of_equals", [[1.0, 2.0], [1.0, 3.0]], (2,), "minimum(a, b)", jnp.minimum, [1, 2], [[0.5, 1], [0.5, 0]], ""),
    ("maximum_of_nan", [[NAN, 1.0], [1.0, NAN]], (2,), "maximum(a, b)", jnp.maximum, [NAN, NAN], None, ""),
    ("minimum_of_nan", [[NAN, 1.0], [1.0, NAN]], (2,), "minimum(a, b)", jnp.minimum, [NAN, NAN], None, ""),
    ("max_of_equals", [[2.0, 1.0, 2.0, 2.0]], S, "max(a)", jnp.max, [2], [[1 / 3, 0, 1 / 3, 1 / 3]], ""),
    ("min_of_equals", [[1.0, 1.0, 2.0]], S, "min(a)", jnp.min, [1], [[0.5, 0.5, 0]], ""),
    ("max_of_nan", [[1.0, NAN, 2.0]], S, "max(a)", jnp.max, [NAN], None, ""),
    ("min_of_nan", [[NAN, 1.0, 2.0]], S, "min(a)", jnp.min, [NAN], None, ""),
    ("clip_on_its_bounds", [[-0.5, 1.0, 0.0, 2.0]], V, "clip(a, -0.5, 1.0)", lambda a: jnp.clip(a, -0.5, 1.0),
     [-0.5, 1, 0, 1], [[0.5, 0.5, 1, 0]], ""),
    ("norm_of_zeros", [[0.0, 0.0]], S, "norm(a)", jnp.linalg.norm, [0], [[0, 0]], "gradients"),
    ("variance_far_from_0", [[1e8 + 1, 1e8 + 2, 1e8 + 6]], S, "variance(a)", jnp.var, [14 / 3], [[-4 / 3, -2 / 3, 2]], ""),
    ("pow_of_0_to_0", [[0.0, 2.0, NAN]], (3,), "pow(a, 0)", lambda a: a**0, [1, 1, 1], [[0, 0, 0]], ""),
    ("pow_of_the_negative", [[-2.0, -0.5]], (2,), "pow(a, -3)", lambda a: a**-3, [-0.125, -8], [[-0.1875, -48]], ""),
    ("pow_to_a_value_of_0", [[0.0, 2.0], [0.0, 0.0]], (2,), "pow(a, b)", jnp.power, [1, 1], [[0, 0], [0, math.log(2)]],
     "gradients"),
    ("pow_at_0", [[0.0, 0.0, 0.0], [0.5, 1.0, 2.0]], (3,), "pow(a, b)", jnp.power, [0, 0, 0], [[INF, 1, 0], [0, 0, 0]], ""),
    ("pow_of_the_negative_to_a_value", [[-2.0, -2.0], [3.0, -1.0]], (2,), "pow(a, b)", jnp.power, [-8, -0.5],
     [[12, -0.25], [0, 0]], "gradients"),
    ("pow_of_the_negative_to_a_half", [[-2.0]], (1,), "pow(a, 0.5)", lambda a: a**0.5, [NAN], None, ""),
    ("comparisons_with_nan", [[NAN, NAN, 1.0], [NAN, 1.0, NAN]], (6, 3),
     "[select(a < b, 1, 0), select(a <= b, 1, 0), select(a > b, 1, 0), select(a >= b, 1, 0), select(a == b, 1, 0),"
     " broadcast(select(a != b, 1, 0), [3])]",
     lambda a, b: 1.0 * jnp.stack([a < b, a <= b, a > b, a >= b, a == b, a != b]), [0] * 15 + [1] * 3, [[0] * 3, [0] * 3], ""),
    ("select_of_what_was_not_selected", [[4.0, -1.0]], (2,), "select(a > 0.0, sqrt(a), 0.0)",
     lambda a: jnp.where(a > 0, jnp.sqrt(a), 0), [2, 0], [[0.25, NAN]], ""),
    ("select_of_what_goes_in", [[2.0, 0.0]], (2,), "ln(select(a > 0.0, a, 1.0))",
     lambda a: jnp.log(jnp.where(a > 0, a, 1)), [math.log(2), 0], [[0.5, 0]], ""),
    ("argmax_of_equals", [[1.0, 5.0, 5.0]], S, "argmax(a)", lambda a: jnp.argmax(a) * 1.0, [1], [[0, 0, 0]], ""),
    ("argmax_of_nan", [[1.0, NAN, 5.0, NAN]], S, "argmax(a)", lambda a: jnp.argmax(a) * 1.0, [1], None, ""),
    ("one_hot_outside", [[3.0, -1.0, 0.5, NAN]], (4, 3), "one_hot(a, 3)", lambda a: nn.one_hot(a, 3, dtype=jnp.float64),
     [0] * 12, [[0] * 4], ""),
    ("lookup_outside", [[2.0, -1.0, 0.5, 3.0], [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]], (4, 2), "lookup(w, a)",
     lambda a, w: take(w, a), [5, 6] + [NAN] * 6, [[0] * 4, [0, 0, 0, 0, 1, 1]], ""),
]


def names(written, inputs, parameters):
    """Those of inputs in their order, and those of parameters that stand in the function."""
    words = re.findall("[a-z_]+", written)
    return list("abc"[:inputs]) + [name for name in "vw" if name in words][:parameters]


def draw(generator, shape, domain):
    if domain is PARAMETER:
        return generator.uniform(-1.5, 1.5, shape)
    if isinstance(domain, Index):
        return generator.integers(0, domain.below, (BATCH, *shape)).astype(np.float64)
    return generator.uniform(*domain, (BATCH, *shape))


def record(number, row):
    name, arguments, output, written, in_jax, in_numpy = row
    generator = np.random.default_rng([7, number])
    is_parameter = [domain is PARAMETER for _, domain in arguments]
    inputs = len(arguments) - sum(is_parameter)
    values = [draw(generator, *argument) for argument in arguments]
    cotangent = generator.uniform(0.5, 1.5, (BATCH, *output))

    batched = jax.vmap(in_jax, in_axes=[None if shared else 0 for shared in is_parameter])
    points = [jnp.array(value) for value in values]
    outputs = batched(*points)
    scalar = lambda *values: jnp.sum(batched(*values) * cotangent)
    gradients = jax.grad(scalar, argnums=range(len(values)))(*points)

    before = [value.copy() for value in values]
    of_sample = lambda values, i: [v if shared else v[i] for v, shared in zip(values, is_parameter)]
    def oracle():
        twice = lambda i: of_sample(before, i) if hasattr(in_numpy, "held") else []
        return np.stack([in_numpy(*of_sample(values, i), *twice(i)) for i in range(BATCH)])

    assert outputs.shape == (BATCH, *output), f"{name} gives {outputs.shape}"
    agree(outputs, oracle(), 1e-12, name)
    for index, (gradient, (_, domain)) in enumerate(zip(gradients, arguments)):
        if isinstance(domain, Index):
            assert not np.any(gradient), f"{name} has a gradient by an index"
        else:
            difference = central_difference(lambda: np.sum(oracle() * cotangent), values[index])
            agree(gradient, difference, 1e-8, f"the gradient of {name} by argument {index}")
    called = names(written, inputs, sum(is_parameter))
    arrays = [array(*each) for each in zip(called, values, strict=True)]
    return {
        "name": name, "written": written, "inputs": arrays[:inputs], "parameters": arrays[inputs:],
        "cotangent": array("cotangent", cotangent), "output": array("output", outputs),
        "gradients": [array(*each) for each in zip(called, gradients)],
    }


def is_table(values):
    return isinstance(values[0], list)


def text(values):
    """Numbers as JSON has them, and else their names in Rust."""
    return [float(value) if math.isfinite(value) else str(float(value)).replace("nan", "NaN") for value in np.ravel(values)]


def is_same(ours, documented):
    ours, documented = np.ravel(ours), np.ravel(np.array(documented, float))
    with np.errstate(invalid="ignore"):
        off = np.abs(ours - documented) <= 1e-14 * np.abs(documented)
    return bool(np.all(off | (ours == documented) | (np.isnan(ours) & np.isnan(documented))))


def record_seam(row):
    name, arguments, shape, written, in_jax, output, gradients, differs = row
    values = [jnp.array(each) for each in arguments]
    jax_gradients = jax.grad(lambda *values: jnp.sum(in_jax(*values)), argnums=range(len(values)))(*values)
    in_fact = {"output": in_jax(*values), "gradients": np.concatenate([np.ravel(each) for each in jax_gradients])}
    documented = {"output": output, "gradients": None if gradients is None else sum(gradients, [])}
    assert in_fact["output"].shape == shape, f"{name} gives {in_fact['output'].shape}"
    other = [key for key in documented if documented[key] is not None and not is_same(in_fact[key], documented[key])]
    assert " ".join(other) == differs, f"{name} differs from JAX in {other}: {[in_fact[key] for key in other]}"
    inputs = [each for each in arguments if not is_table(each)]
    return {
        "name": name, "written": written, "inputs": [text(each) for each in inputs],
        "parameters": [text(each) for each in arguments[len(inputs):]], "output": text(output),
        "gradients": None if gradients is None else [text(each) for each in gradients],
        "jax": {key: text(in_fact[key]) for key in other} or None,
    }


def rust(name, inputs, parameters, output, written):
    sizes = lambda shape: ", ".join(map(str, shape))
    called = names(written, len(inputs), len(parameters))
    fields = ", ".join(f"{n}: Param({sizes(s)})" if s else f"{n}: Param" for n, s in zip(called[len(inputs):], parameters))
    arguments = ", ".join(f"{n}: [{sizes(s)}]" for n, s in zip(called, inputs))
    return f"    {name} {{ {fields} }} ({arguments}) -> [{sizes(output)}] {{ {written} }}\n".replace("{  }", "{}")


def main():
    here = Path(__file__).parent
    versions = {"python": platform.python_version(), "jax": jax.__version__, "numpy": np.__version__}
    rows, seams = [record(*each) for each in enumerate(ROWS)], [record_seam(row) for row in SEAMS]
    assert len({row["name"] for row in rows + seams}) == len(rows + seams), "a name stands twice"
    write(here / "functions.json", {"versions": versions, "conventions": CONVENTIONS, "functions": rows, "seams": seams})
    lines = "// Written by functions.py, with the numbers of functions.json.\nfunctions! {\n"
    for name, arguments, output, written, *_ in ROWS:
        shapes = lambda wanted: [shape for shape, domain in arguments if (domain is PARAMETER) == wanted]
        lines += rust(name, shapes(False), shapes(True), output, written)
    for name, arguments, output, written, *_ in SEAMS:
        shapes = lambda wanted: [np.shape(each) for each in arguments if is_table(each) == wanted]
        lines += rust(name, shapes(False), shapes(True), output, written)
    (here / "functions.rs").write_text(lines + "}\n")
    print(f"{len(rows)} functions and {len(seams)} seams")


if __name__ == "__main__":
    sys.exit(main())
