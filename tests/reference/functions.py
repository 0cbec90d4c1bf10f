#!/usr/bin/env python3
"""Records every function of the language, in float64, for Katachi's tests to compare with: `functions.json`, and the
same functions in the language, `functions.rs`.

usage: functions.py        (writes both beside this script)

A row is a function in the language beside its formula over a module `m`, which is JAX' NumPy for the record and NumPy
itself for the oracle. Nothing is written unless the two agree: values to 1e-12, and the gradients of JAX to 1e-7 with
central differences of NumPy, but for the rows of `SEAMS`, where a derivative jumps and what is recorded is what the
documentation of the language says.
"""
import os
import platform
import sys
from pathlib import Path

os.environ.update(JAX_ENABLE_X64="1", JAX_PLATFORMS="cpu")
import jax
import jax.numpy as jnp
import numpy as np
import scipy.special
from checks import agree, array, central_difference, write

BATCH = 3
PI = np.pi

CONVENTIONS = {
    "array": "row-major, with the samples of the batch as their first axis",
    "gradients": "those of the sum over samples and values of cotangent * output",
}


def erf(m, x):
    return jax.scipy.special.erf(x) if m is jnp else scipy.special.erf(x)


def exp1(m, x, alpha):
    return m.where(x > 0, x, alpha * (m.exp(m.where(x > 0, 0, x)) - 1))


def sigmoid(m, x):
    return 1 / (1 + m.exp(-x))


def softmax(m, x, axis):
    e = m.exp(x - m.max(x, axis=axis, keepdims=True))
    return e / m.sum(e, axis=axis, keepdims=True)


def logsumexp(m, x, axis, keep=False):
    return m.log(m.sum(m.exp(x), axis=axis, keepdims=keep))


def gelu_tanh(m, x):
    return 0.5 * x * (1 + m.tanh(np.sqrt(2 / PI) * (x + 0.044715 * x**3)))


SELU = 1.0507009873554804934193349852946, 1.6732632423543772848170429916717
ANY, POSITIVE, INDEX = (-1.7, 1.7), (0.3, 2.5), None

# name, [(shape, range)], output shape, in the language, formula
ROWS = [
    # Arithmetic and broadcasting
    ("add", [((2, 3), ANY), ((3,), ANY)], (2, 3), "a + b", lambda m, a, b: a + b),
    ("sub", [((2, 1), ANY), ((3,), ANY)], (2, 3), "a - b", lambda m, a, b: a - b),
    ("mul", [((2, 3), ANY), ((), ANY)], (2, 3), "a * b", lambda m, a, b: a * b),
    ("div", [((3,), ANY), ((2, 3), POSITIVE)], (2, 3), "a / b", lambda m, a, b: a / b),
    ("neg", [((4,), ANY)], (4,), "-a", lambda m, a: -a),
    ("numbers", [((3,), ANY)], (3,), "2.0 * a - 0.5 + [0.25, -1.0, 3.0]",
     lambda m, a: 2.0 * a - 0.5 + np.array([0.25, -1.0, 3.0])),
    ("constant", [((), ANY)], (), "a * core::f64::consts::PI", lambda m, a: a * PI),
    ("array", [((), ANY), ((), ANY)], (2, 2), "[[a, b], [b, a * b]]",
     lambda m, a, b: m.stack([m.stack([a, b]), m.stack([b, a * b])])),
    # Functions of one value
    ("abs", [((2, 3), ANY)], (2, 3), "abs(a)", lambda m, a: m.abs(a)),
    ("sign", [((4,), ANY)], (4,), "sign(a) * a", lambda m, a: m.sign(a) * a),
    ("sqrt", [((4,), POSITIVE)], (4,), "sqrt(a)", lambda m, a: m.sqrt(a)),
    ("rsqrt", [((4,), POSITIVE)], (4,), "rsqrt(a)", lambda m, a: 1 / m.sqrt(a)),
    ("square", [((4,), ANY)], (4,), "square(a)", lambda m, a: a * a),
    ("exp", [((4,), ANY)], (4,), "exp(a)", lambda m, a: m.exp(a)),
    ("ln", [((4,), POSITIVE)], (4,), "ln(a)", lambda m, a: m.log(a)),
    ("sin", [((4,), ANY)], (4,), "sin(a)", lambda m, a: m.sin(a)),
    ("cos", [((4,), ANY)], (4,), "cos(a)", lambda m, a: m.cos(a)),
    ("floor", [((4,), ANY)], (4,), "floor(2.0 * a) + a", lambda m, a: m.floor(2.0 * a) + a),
    ("erf", [((4,), ANY)], (4,), "erf(a)", erf),
    # Activations
    ("relu", [((4,), ANY)], (4,), "relu(a)", lambda m, a: m.maximum(a, 0)),
    ("relu6", [((4,), (-3, 9))], (4,), "relu6(a)", lambda m, a: m.minimum(m.maximum(a, 0), 6)),
    ("leaky_relu", [((4,), ANY)], (4,), "leaky_relu(a, 0.1)", lambda m, a: m.where(a > 0, a, 0.1 * a)),
    ("elu", [((4,), ANY)], (4,), "elu(a, alpha = 0.7)", lambda m, a: exp1(m, a, 0.7)),
    ("selu", [((4,), ANY)], (4,), "selu(a)", lambda m, a: SELU[0] * exp1(m, a, SELU[1])),
    ("gelu", [((4,), ANY)], (4,), "gelu(a)", lambda m, a: 0.5 * a * (1 + erf(m, a / np.sqrt(2)))),
    ("gelu_approximate", [((4,), ANY)], (4,), "gelu(a, approximate = true)", gelu_tanh),
    ("silu", [((4,), ANY)], (4,), "silu(a)", lambda m, a: a * sigmoid(m, a)),
    ("sigmoid", [((4,), ANY)], (4,), "sigmoid(a)", sigmoid),
    ("hard_sigmoid", [((4,), (-4, 4))], (4,), "hard_sigmoid(a)",
     lambda m, a: m.minimum(m.maximum(a + 3, 0), 6) / 6),
    ("tanh", [((4,), ANY)], (4,), "tanh(a)", lambda m, a: m.tanh(a)),
    ("softplus", [((4,), ANY)], (4,), "softplus(a)", lambda m, a: m.log(1 + m.exp(a))),
    ("softsign", [((4,), ANY)], (4,), "softsign(a)", lambda m, a: a / (1 + m.abs(a))),
    ("softmax", [((2, 3), ANY)], (2, 3), "softmax(a)", lambda m, a: softmax(m, a, -1)),
    ("softmax_of_columns", [((2, 3), ANY)], (2, 3), "softmax(a, axis = 0)", lambda m, a: softmax(m, a, 0)),
    ("log_softmax", [((2, 3), ANY)], (2, 3), "log_softmax(a)", lambda m, a: m.log(softmax(m, a, -1))),
    ("log_softmax_of_columns", [((2, 3), ANY)], (2, 3), "log_softmax(a, axis = 0)",
     lambda m, a: m.log(softmax(m, a, 0))),
    # Functions of several values
    ("pow", [((4,), ANY)], (4,), "pow(a, 3)", lambda m, a: a**3),
    ("pow_inverse", [((4,), POSITIVE)], (4,), "pow(a, -2)", lambda m, a: a**-2.0),
    ("pow_of_two", [((2, 2), POSITIVE), ((2,), ANY)], (2, 2), "pow(a, b)", lambda m, a, b: a**b),
    ("minimum", [((2, 3), ANY), ((3,), ANY)], (2, 3), "minimum(a, b)", lambda m, a, b: m.minimum(a, b)),
    ("maximum", [((2, 3), ANY), ((), ANY)], (2, 3), "maximum(a, b)", lambda m, a, b: m.maximum(a, b)),
    ("clip", [((5,), ANY)], (5,), "clip(a, -0.5, 1.0)", lambda m, a: m.clip(a, -0.5, 1.0)),
    ("select", [((2, 3), ANY), ((3,), ANY), ((), ANY)], (2, 3), "select(a > b, a * b, c)",
     lambda m, a, b, c: m.where(a > b, a * b, c)),
    ("conditions", [((6,), ANY)], (6,),
     "select((a > 0.5) | !(a >= -0.5) & (a != 0.0), a, select((a < 0.2) & (a <= 0.3) | (a == 9.0), 2.0 * a, 3.0 * a))",
     lambda m, a: m.where((a > 0.5) | ~(a >= -0.5) & (a != 0.0), a,
                          m.where((a < 0.2) & (a <= 0.3) | (a == 9.0), 2.0 * a, 3.0 * a))),
    # Products
    ("matmul", [((2, 3), ANY), ((3, 4), ANY)], (2, 4), "matmul(a, b)", lambda m, a, b: a @ b),
    ("matmul_of_a_row", [((3,), ANY), ((3, 4), ANY)], (4,), "matmul(a, b)", lambda m, a, b: a @ b),
    ("matmul_of_a_column", [((2, 3), ANY), ((3,), ANY)], (2,), "matmul(a, b)", lambda m, a, b: a @ b),
    ("matmul_of_stacks", [((2, 1, 2, 3), ANY), ((4, 3, 2), ANY)], (2, 4, 2, 2), "matmul(a, b)",
     lambda m, a, b: m.matmul(a, b)),
    ("matmul_of_a_stack", [((4, 2, 3), ANY), ((3, 2), ANY)], (4, 2, 2), "matmul(a, b)", lambda m, a, b: m.matmul(a, b)),
    ("dot", [((4,), ANY), ((4,), ANY)], (), "dot(a, b)", lambda m, a, b: m.sum(a * b)),
    ("outer", [((2,), ANY), ((3,), ANY)], (2, 3), "outer(a, b)", lambda m, a, b: a[:, None] * b),
    # Shapes
    ("transpose", [((2, 3, 4), ANY)], (2, 4, 3), "transpose(a)", lambda m, a: m.swapaxes(a, -1, -2)),
    ("transpose_of_axes", [((2, 3, 4), ANY)], (4, 2, 3), "transpose(a, [2, 0, 1])",
     lambda m, a: m.transpose(a, (2, 0, 1))),
    ("reshape", [((2, 6), ANY)], (3, 4), "reshape(a, [3, 4])", lambda m, a: m.reshape(a, (3, 4))),
    ("flatten", [((2, 3), ANY)], (6,), "flatten(a)", lambda m, a: m.reshape(a, (6,))),
    ("broadcast", [((2, 1), ANY)], (3, 2, 2), "broadcast(a, [3, 2, 2])", lambda m, a: m.broadcast_to(a, (3, 2, 2))),
    ("concat", [((2, 3), ANY), ((2, 1), ANY)], (2, 4), "concat(a, b)", lambda m, a, b: m.concatenate([a, b], -1)),
    ("concat_of_rows", [((1, 2), ANY), ((3, 2), ANY)], (4, 2), "concat(a, b, axis = 0)",
     lambda m, a, b: m.concatenate([a, b], 0)),
    ("stack", [((2,), ANY), ((2,), ANY)], (2, 2), "stack(a, b)", lambda m, a, b: m.stack([a, b])),
    ("stack_of_columns", [((3,), ANY), ((3,), ANY)], (3, 2), "stack(a, b, axis = -1)",
     lambda m, a, b: m.stack([a, b], -1)),
    ("split", [((2, 6), ANY)], (2, 2), "{ let (b, c, d) = split(a, 3); b * c - d }",
     lambda m, a: a[:, :2] * a[:, 2:4] - a[:, 4:]),
    ("split_by_sizes", [((5, 2), ANY)], (2,), "{ let (b, c) = split(a, [2, 3], axis = 0); sum(b, axis = 0) * sum(c, axis = 0) }",
     lambda m, a: m.sum(a[:2], axis=0) * m.sum(a[2:], axis=0)),
    ("slice", [((2, 5), ANY)], (2, 2), "slice(a, 1..3)", lambda m, a: a[:, 1:3]),
    ("slice_of_an_axis", [((5, 2), ANY)], (3, 2), "slice(a, 2.., axis = 0)", lambda m, a: a[2:]),
    ("index", [((3, 2), ANY)], (2,), "a[1] * a[0..2][1]", lambda m, a: a[1] * a[1]),
    ("pad", [((2, 2), ANY)], (2, 5), "pad(a, 1, 2)", lambda m, a: m.pad(a, ((0, 0), (1, 2)))),
    ("pad_of_an_axis", [((2, 2), ANY)], (3, 2), "pad(a, 0, 1, axis = 0)", lambda m, a: m.pad(a, ((0, 1), (0, 0)))),
    # Statistics
    ("sum", [((2, 3, 2), ANY)], (), "sum(a)", lambda m, a: m.sum(a)),
    ("sum_over_axes", [((2, 3, 2), ANY)], (3,), "sum(a, axis = [0, 2])", lambda m, a: m.sum(a, axis=(0, 2))),
    ("sum_kept", [((2, 3), ANY)], (2, 1), "sum(a, axis = 1, keep = true)", lambda m, a: m.sum(a, axis=1, keepdims=True)),
    ("mean", [((2, 3), ANY)], (3,), "mean(a, axis = 0)", lambda m, a: m.mean(a, axis=0)),
    ("max", [((2, 3), ANY)], (2,), "max(a, axis = -1)", lambda m, a: m.max(a, axis=-1)),
    ("min", [((2, 3), ANY)], (1, 3), "min(a, axis = 0, keep = true)", lambda m, a: m.min(a, axis=0, keepdims=True)),
    ("variance", [((2, 4), ANY)], (2,), "variance(a, axis = 1)", lambda m, a: m.var(a, axis=1)),
    ("norm", [((2, 3), ANY)], (2,), "norm(a, axis = 1)", lambda m, a: m.sqrt(m.sum(a * a, axis=1))),
    ("logsumexp", [((2, 3), ANY)], (3,), "logsumexp(a, axis = 0)", lambda m, a: logsumexp(m, a, 0)),
    ("logsumexp_of_all", [((2, 3), (-40, 40))], (1, 1), "logsumexp(a, keep = true)",
     lambda m, a: logsumexp(m, a, (0, 1), True)),
    # Indices, and what has no gradient
    ("argmax", [((2, 4), ANY)], (2,), "argmax(a) + sum(a, axis = 1)", lambda m, a: m.argmax(a, axis=1) + m.sum(a, axis=1)),
    ("argmax_of_columns", [((3, 2), ANY)], (2,), "argmax(a, axis = 0) * sum(a)",
     lambda m, a: m.argmax(a, axis=0) * m.sum(a)),
    ("one_hot", [((2,), INDEX), ((2, 4), ANY)], (2, 4), "one_hot(a, 4) * b",
     lambda m, a, b: (a[:, None] == np.arange(4)) * b),
    ("stop_gradient", [((3,), ANY)], (3,), "a * stop_gradient(a)",
     lambda m, a: a * (jax.lax.stop_gradient(a) if m is jnp else STOPPED)),
    ("grad", [((3,), ANY)], (3,), "grad(sum(pow(a, 3)), a)", lambda m, a: 3 * a**2),
]
# Its derivative is not that of the value, so the central difference holds what is stopped.
STOPPED = None
BY_ITSELF = {"stop_gradient"}

# name, inputs of one sample, output shape, in the language, output, gradient of the sum of the outputs
NAN = float("nan")
SEAMS = [
    ("abs_at_0", [[0.0, -0.0]], (2,), "abs(a)", [0, 0], [[0, 0]]),
    ("relu_at_0", [[0.0, 1.0]], (2,), "relu(a)", [0, 1], [[0, 1]]),
    ("relu6_at_its_ends", [[0.0, 6.0]], (2,), "relu6(a)", [0, 6], [[0, 0]]),
    ("maximum_of_equals", [[1.0, 2.0], [1.0, 3.0]], (2,), "maximum(a, b)", [1, 3], [[0.5, 0], [0.5, 1]]),
    ("minimum_of_equals", [[1.0, 2.0], [1.0, 3.0]], (2,), "minimum(a, b)", [1, 2], [[0.5, 1], [0.5, 0]]),
    ("max_of_equals", [[2.0, 1.0, 2.0]], (), "max(a)", [2], [[0.5, 0, 0.5]]),
    ("min_of_equals", [[1.0, 1.0, 2.0]], (), "min(a)", [1], [[0.5, 0.5, 0]]),
    ("norm_of_zeros", [[0.0, 0.0]], (), "norm(a)", [0], [[0, 0]]),
    ("pow_of_0_to_0", [[0.0, 2.0]], (2,), "pow(a, 0)", [1, 1], [[0, 0]]),
    ("pow_to_a_value_of_0", [[0.0, 2.0], [0.0, 0.0]], (2,), "pow(a, b)", [1, 1], [[0, 0], [0, np.log(2.0)]]),
    ("minimum_of_nan", [[NAN, 1.0], [1.0, NAN]], (2,), "minimum(a, b)", [NAN, NAN], None),
    ("one_hot_outside", [[3.0, -1.0]], (2, 3), "one_hot(a, 3)", [0] * 6, [[0, 0]]),
    ("select_of_what_was_not_selected", [[4.0, -1.0]], (2,), "select(a > 0.0, sqrt(a), 0.0)", [2, 0], None),
    ("argmax_of_equals", [[1.0, 5.0, 5.0]], (), "argmax(a)", [1], [[0, 0, 0]]),
]


def samples(generator, shape, domain):
    if domain is INDEX:
        return generator.integers(0, 4, (BATCH, *shape)).astype(np.float64)
    low, high = domain
    return generator.uniform(low, high, (BATCH, *shape))


def record(number, row):
    global STOPPED
    name, inputs, output, language, formula = row
    generator = np.random.default_rng([7, number])
    values = [samples(generator, *each) for each in inputs]
    cotangent = generator.uniform(0.5, 1.5, (BATCH, *output))
    batched = jax.vmap(lambda *x: jnp.asarray(formula(jnp, *x), jnp.float64))

    def by_numpy():
        global STOPPED
        out = []
        for sample in range(BATCH):
            STOPPED = stopped[sample]
            out.append(np.asarray(formula(np, *[each[sample] for each in values]), np.float64))
        return np.stack(out)

    stopped = values[0].copy()
    outputs = batched(*values)
    agree(outputs, by_numpy(), 1e-12, name)
    assert outputs.shape == (BATCH, *output), name
    wanted = [index for index, (_, domain) in enumerate(inputs) if domain is not INDEX]
    if name == "grad":
        gradients = [6 * values[0] * cotangent]
    else:
        scalar = lambda *x: jnp.sum(batched(*x) * cotangent)
        gradients = list(jax.grad(scalar, argnums=tuple(wanted))(*values))
    for index, gradient in zip(wanted, gradients):
        difference = central_difference(lambda: np.sum(by_numpy() * cotangent), values[index])
        agree(gradient, difference, 1e-7, f"{name}: gradient of {'abc'[index]}")
    for index, (_, domain) in enumerate(inputs):
        if domain is INDEX:
            gradients.insert(index, np.zeros_like(values[index]))
    names = "abc"[: len(inputs)]
    return {
        "name": name,
        "inputs": [array(n, v) for n, v in zip(names, values)],
        "cotangent": array("cotangent", cotangent),
        "output": array("output", outputs),
        "gradients": [array(n, g) for n, g in zip(names, gradients)],
    }


def rust(name, shapes, output, language):
    shape = lambda sizes: f"[{', '.join(map(str, sizes))}]"
    inputs = ", ".join(f"{n}: {shape(s)}" for n, s in zip("abc", shapes))
    return f"    {name}({inputs}) -> {shape(output)} {{ {language} }}\n"


def seam(name, inputs, output, language, value, gradient):
    # JSON has no NaN: null stands for it.
    text = lambda values: [None if v != v else float(v) for v in np.ravel(values)]
    return {
        "name": name,
        "inputs": [text(each) for each in inputs],
        "output": text(value),
        "gradients": None if gradient is None else [text(each) for each in gradient],
    }


def main():
    here = Path(__file__).parent
    rows = [record(number, row) for number, row in enumerate(ROWS)]
    versions = {"python": platform.python_version(), "jax": jax.__version__, "numpy": np.__version__}
    seams = [seam(*row) for row in SEAMS]
    write(here / "functions.json", {"versions": versions, "conventions": CONVENTIONS, "functions": rows, "seams": seams})
    text = "// Written by functions.py, with the numbers of functions.json.\nfunctions! {\n"
    for name, inputs, output, language, _ in ROWS:
        text += rust(name, [shape for shape, _ in inputs], output, language)
    for name, inputs, output, language, _, _ in SEAMS:
        text += rust(name, [(len(each),) for each in inputs], output, language)
    (here / "functions.rs").write_text(text + "}\n")
    print(f"{len(rows)} functions and {len(seams)} seams")


if __name__ == "__main__":
    sys.exit(main())
