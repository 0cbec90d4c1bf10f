#!/usr/bin/env python3
"""Records twelve networks of the literature, in float64, for Katachi's tests to compare with: `networks.json`.

usage: networks.py [FILE]        (default: networks.json beside this script)

Each network is written twice. `NETWORKS` has it in JAX, as its paper defines it, for one sample; JAX makes the batch and
differentiates. `ORACLES` has it in plain NumPy, for a batch, and shares no code with the first. Nothing is written unless
the two agree: values to 1e-12, and every gradient to 1e-8 with central differences of the oracle.
"""
import math
import os
import platform
import sys
from pathlib import Path
from types import SimpleNamespace

os.environ.update(JAX_ENABLE_X64="1", JAX_PLATFORMS="cpu")
import jax
import jax.numpy as jnp
import numpy as np
from checks import agree, array, central_difference, write

BATCH = 5

CONVENTIONS = {
    "array": "row-major; a weight is [inputs, units]; inputs, outputs, cotangents and the gradients of inputs have the"
    " samples of the batch as their first axis",
    "gradients": "those of the sum over samples and outputs of cotangent * output",
    "indices": "an input that holds indices is recorded as floats; its gradient is 0",
    "loss": "where the network is a loss, its output is the loss of each sample, not their mean",
}

# What stands in a network


def dense(name, inputs, units, bias=True):
    """The parameters of a dense layer: their names, their shapes, and the normal distributions that they come from."""
    weight = (f"{name}.weight", (inputs, units), 0, 1.2 / math.sqrt(inputs))
    return [weight, (f"{name}.bias", (units,), 0, 0.3)] if bias else [weight]


def normal(name, *shape):
    return name, lambda random: random.normal(0, 1, (BATCH, *shape))


def uniform(name, low, high, *shape):
    return name, lambda random: random.uniform(low, high, (BATCH, *shape))


def given(name, *values):
    return name, lambda random: np.array(values, float)


NETWORKS, ORACLES = {}, {}


def network(inputs, parameters, **options):
    """Enters a function of the parameters `p` and one sample into the table."""
    def enter(function):
        NETWORKS[function.__name__] = SimpleNamespace(
            function=function, inputs=inputs, parameters=parameters, indices=options.get("indices", ()))
        return function
    return enter


def oracle(function):
    ORACLES[function.__name__] = function
    return function


def layer(p, name, x):
    return jnp.dot(x, p[name + ".weight"]) + p.get(name + ".bias", 0.0)


def affine(p, name, x):
    y = np.einsum("...i,ij->...j", x, p[name + ".weight"])
    return y + p[name + ".bias"] if name + ".bias" in p else y


class Kinks:
    """relu in NumPy that remembers how near its arguments came to 0, where its derivative jumps."""
    distance = math.inf

    @classmethod
    def relu(cls, z):
        cls.distance = min(cls.distance, np.abs(z).min())
        return np.where(z > 0, z, 0)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def log_sum_exp(z):
    top = z.max(-1, keepdims=True)
    return top + np.log(np.exp(z - top).sum(-1, keepdims=True))


# The networks, and beneath each its oracle


# He, Zhang, Ren and Sun, "Deep residual learning for image recognition", CVPR 2016: equation 1, and equation 2 where the
# sizes differ; a second relu follows the sum. In torchvision: `BasicBlock`, with dense layers for convolutions and
# normalisations.
@network(
    [normal("x", 6)],
    dense("inner1", 6, 7) + dense("outer1", 7, 6) + dense("inner2", 6, 8) + dense("outer2", 8, 5)
    + dense("shortcut", 6, 5, bias=False) + dense("head", 5, 3),
)
def residual_mlp(p, x):
    h = jax.nn.relu(x + layer(p, "outer1", jax.nn.relu(layer(p, "inner1", x))))
    h = jax.nn.relu(layer(p, "shortcut", h) + layer(p, "outer2", jax.nn.relu(layer(p, "inner2", h))))
    return layer(p, "head", h)


@oracle
def residual_mlp(p, x):
    for k in "12":
        f = affine(p, "outer" + k, Kinks.relu(affine(p, "inner" + k, x)))
        x = Kinks.relu(f + (x if k == "1" else affine(p, "shortcut", x)))
    return affine(p, "head", x)


# Cheng et al., "Wide & deep learning for recommender systems", DLRS 2016: equation 3. The wide part has the features and
# products of them (equation 1), the deep part embeddings and numbers. In TensorFlow: `DNNLinearCombinedClassifier`.
@network(
    [normal("features", 4), given("categories", (0, 2), (3, 0), (1, 2), (3, 1), (0, 0)), normal("numbers", 3)],
    [("country.weight", (4, 3), 0, 1), ("language.weight", (3, 2), 0, 1)]
    + dense("hidden1", 8, 6) + dense("hidden2", 6, 4) + dense("deep", 4, 1) + dense("wide", 6, 1, bias=False),
    indices=("categories",),
)
def wide_and_deep(p, features, categories, numbers):
    country, language = categories.astype(int)
    crossed = features[:2] * features[2:]
    h = jnp.concatenate([p["country.weight"][country], p["language.weight"][language], numbers])
    h = jax.nn.relu(layer(p, "hidden2", jax.nn.relu(layer(p, "hidden1", h))))
    return jax.nn.sigmoid(layer(p, "wide", jnp.concatenate([features, crossed])) + layer(p, "deep", h))


@oracle
def wide_and_deep(p, features, categories, numbers):
    rows = [np.eye(len(p[name]))[np.rint(column).astype(int)] @ p[name]
            for name, column in zip(("country.weight", "language.weight"), categories.T)]
    h = Kinks.relu(affine(p, "hidden1", np.hstack([*rows, numbers])))
    wide = np.stack([*features.T, features[:, 0] * features[:, 2], features[:, 1] * features[:, 3]], 1)
    return sigmoid(affine(p, "deep", Kinks.relu(affine(p, "hidden2", h))) + affine(p, "wide", wide))


# Bromley et al., "Signature verification using a siamese time delay neural network", NIPS 1993: two towers, one set of
# weights. Hadsell, Chopra and LeCun, "Dimensionality reduction by learning an invariant mapping", CVPR 2006: equation 4,
# with margin 1. In the metric learning of PyTorch: `ContrastiveLoss`. A bias of the embedding would cancel out.
@network(
    [normal("first", 5), normal("second", 5), given("dissimilar", 0, 1, 1, 0, 1)],
    dense("hidden", 5, 6) + dense("embedding", 6, 3, bias=False),
)
def siamese(p, first, second, dissimilar):
    tower = lambda x: layer(p, "embedding", jnp.tanh(layer(p, "hidden", x)))
    distance = jnp.linalg.norm(tower(first) - tower(second))
    hinge = jnp.maximum(0, 1 - distance)
    return (1 - dissimilar) / 2 * distance**2 + dissimilar / 2 * hinge**2


@oracle
def siamese(p, first, second, dissimilar):
    both = affine(p, "embedding", np.tanh(affine(p, "hidden", np.stack([first, second]))))
    square = ((both[0] - both[1]) ** 2).sum(1)
    hinge = Kinks.relu(1 - np.sqrt(square))
    if len({h > 0 for h in hinge[dissimilar > 0.5]}) < 2:
        Kinks.distance = 0.0  # The dissimilar pairs shall stand on either side of the hinge: another seed.
    return ((1 - dissimilar) * square + dissimilar * hinge**2) / 2


# Caruana, "Multitask learning", Machine Learning 28, 1997: hidden layers that the tasks share, and outputs of their own.
# Here log-probabilities of three classes, and one number. In Keras: a functional model with two outputs.
@network(
    [normal("x", 5)],
    dense("shared1", 5, 8) + dense("shared2", 8, 6) + dense("classes", 6, 3)
    + dense("hidden", 6, 4) + dense("number", 4, 1),
)
def multi_task(p, x):
    h = jax.nn.relu(layer(p, "shared2", jax.nn.relu(layer(p, "shared1", x))))
    return jax.nn.log_softmax(layer(p, "classes", h)), layer(p, "number", jnp.tanh(layer(p, "hidden", h)))


@oracle
def multi_task(p, x):
    h = Kinks.relu(affine(p, "shared2", Kinks.relu(affine(p, "shared1", x))))
    logits = affine(p, "classes", h)
    return logits - log_sum_exp(logits), affine(p, "number", np.tanh(affine(p, "hidden", h)))


# Vincent et al., "Stacked denoising autoencoders", JMLR 11, 2010, section 2.2: sigmoids, the decoder's weights are the
# encoder's transposed, and the loss is the crossentropy. In the Theano tutorials: `dA.py`.
@network(
    [uniform("x", 0.05, 0.95, 6)],
    [("weight", (6, 4), 0, 0.5), ("hidden_bias", (4,), 0, 0.3), ("visible_bias", (6,), 0, 0.3)],
)
def tied_autoencoder(p, x):
    h = jax.nn.sigmoid(x @ p["weight"] + p["hidden_bias"])
    z = jax.nn.sigmoid(h @ p["weight"].T + p["visible_bias"])
    return z, -jnp.sum(x * jnp.log(z) + (1 - x) * jnp.log(1 - z))


@oracle
def tied_autoencoder(p, x):
    h = sigmoid(np.einsum("si,ij->sj", x, p["weight"]) + p["hidden_bias"])
    logits = np.einsum("sj,ij->si", h, p["weight"]) + p["visible_bias"]
    return sigmoid(logits), (np.logaddexp(logits, 0) - x * logits).sum(1)


# Kingma and Welling, "Auto-encoding variational Bayes", ICLR 2014: minus equation 10 with one sample, the networks of
# appendix C.1 (Bernoulli). In the examples of PyTorch: `vae/main.py`. The noise is an input.
@network(
    [uniform("x", 0.05, 0.95, 6), normal("epsilon", 2)],
    dense("encoder", 6, 5) + dense("mu", 5, 2) + dense("log_variance", 5, 2)
    + dense("decoder", 2, 5) + dense("logits", 5, 6),
)
def variational_autoencoder(p, x, epsilon):
    h = jnp.tanh(layer(p, "encoder", x))
    mu, log_variance = layer(p, "mu", h), layer(p, "log_variance", h)
    z = mu + jnp.exp(log_variance / 2) * epsilon
    probabilities = jax.nn.sigmoid(layer(p, "logits", jnp.tanh(layer(p, "decoder", z))))
    reconstruction = jnp.sum(x * jnp.log(probabilities) + (1 - x) * jnp.log(1 - probabilities))
    divergence = -jnp.sum(1 + log_variance - mu**2 - jnp.exp(log_variance)) / 2
    return divergence - reconstruction


@oracle
def variational_autoencoder(p, x, epsilon):
    h = np.tanh(affine(p, "encoder", x))
    mu, sigma = affine(p, "mu", h), np.exp(affine(p, "log_variance", h) / 2)
    logits = affine(p, "logits", np.tanh(affine(p, "decoder", mu + sigma * epsilon)))
    divergence = (mu**2 + sigma**2 - 2 * np.log(sigma) - 1).sum(1) / 2
    return divergence + (np.logaddexp(logits, 0) - x * logits).sum(1)


# Bishop, "Mixture density networks", technical report NCRG/94/004, 1994: equations 22 to 29, three Gaussian kernels in
# the plane. In TensorFlow Probability: `MixtureSameFamily`.
@network([normal("x", 2), normal("target", 2)], dense("hidden", 2, 8) + dense("mixture", 8, 12))
def mixture_density(p, x, target):
    alpha, log_sigma, mu = jnp.split(layer(p, "mixture", jnp.tanh(layer(p, "hidden", x))), [3, 6])
    alpha, sigma, mu = jax.nn.softmax(alpha), jnp.exp(log_sigma), mu.reshape(3, 2)
    square = jnp.sum((target - mu) ** 2, axis=1)
    return -jnp.log(jnp.sum(alpha * jnp.exp(-square / (2 * sigma**2)) / (2 * jnp.pi * sigma**2)))


@oracle
def mixture_density(p, x, target):
    out = affine(p, "mixture", np.tanh(affine(p, "hidden", x)))
    log_sigma, mu = out[:, 3:6], out[:, 6:].reshape(-1, 3, 2)
    log_alpha = out[:, :3] - log_sum_exp(out[:, :3])
    square = (target[:, 0, None] - mu[:, :, 0]) ** 2 + (target[:, 1, None] - mu[:, :, 1]) ** 2
    logs = log_alpha - 2 * log_sigma - math.log(2 * math.pi) - square * np.exp(-2 * log_sigma) / 2
    return -log_sum_exp(logs)[:, 0]


# Srivastava, Greff and Schmidhuber, "Highway networks", arXiv 1505.00387, 2015: equation 3; the bias of the gate is
# about -1, as they start it.
def highway_layer(name):
    return dense(f"{name}.transform", 6, 6) + [
        (f"{name}.gate.weight", (6, 6), 0, 0.5), (f"{name}.gate.bias", (6,), -1, 0.3)]


@network(
    [normal("x", 4)],
    dense("stem", 4, 6) + highway_layer("first") + highway_layer("second") + dense("head", 6, 2),
)
def highway(p, x):
    x = layer(p, "stem", x)
    for name in ("first", "second"):
        gate = jax.nn.sigmoid(layer(p, name + ".gate", x))
        x = jax.nn.relu(layer(p, name + ".transform", x)) * gate + x * (1 - gate)
    return layer(p, "head", x)


@oracle
def highway(p, x):
    x = affine(p, "stem", x)
    for name in ("first", "second"):
        x = x + sigmoid(affine(p, name + ".gate", x)) * (Kinks.relu(affine(p, name + ".transform", x)) - x)
    return affine(p, "head", x)


# Dauphin, Fan, Auli and Grangier, "Language modeling with gated convolutional networks", ICML 2017: equation 1, with
# dense layers for convolutions. In PyTorch: `torch.nn.GLU`, which is the first layer; the second has the two factors apart.
@network(
    [normal("x", 5)],
    dense("both", 5, 12) + dense("linear", 6, 4) + dense("gate", 6, 4) + dense("head", 4, 2),
)
def gated_linear_unit(p, x):
    h = jax.nn.glu(layer(p, "both", x))
    h = layer(p, "linear", h) * jax.nn.sigmoid(layer(p, "gate", h))
    return layer(p, "head", h)


@oracle
def gated_linear_unit(p, x):
    both = affine(p, "both", x)
    h = both[:, :6] / (1 + np.exp(-both[:, 6:]))
    return affine(p, "head", affine(p, "linear", h) / (1 + np.exp(-affine(p, "gate", h))))


# Raissi, Perdikaris and Karniadakis, "Physics-informed neural networks", Journal of Computational Physics 378, 2019:
# section 3.1.1, Burgers' equation: u_t + u u_x - (0.01 / pi) u_xx = 0 at one point, and the value of u at another. Their
# code: `maziarraissi/PINNs`.
@network(
    [uniform("t", 0, 1), uniform("x", -1, 1), uniform("t_data", 0, 1), uniform("x_data", -1, 1), normal("u_data")],
    dense("hidden1", 2, 6) + dense("hidden2", 6, 5) + dense("output", 5, 1),
)
def physics_informed(p, t, x, t_data, x_data, u_data):
    def u(t, x):
        h = jnp.tanh(layer(p, "hidden2", jnp.tanh(layer(p, "hidden1", jnp.stack([t, x])))))
        return layer(p, "output", h)[0]
    u_t, u_x, u_xx = jax.grad(u, 0)(t, x), jax.grad(u, 1)(t, x), jax.grad(jax.grad(u, 1), 1)(t, x)
    residual = u_t + u(t, x) * u_x - 0.01 / jnp.pi * u_xx
    return (u(t_data, x_data) - u_data) ** 2 + residual**2


@oracle
def physics_informed(p, t, x, t_data, x_data, u_data):
    def u(t, x):
        """u, u_t, u_x and u_xx, carried through the layers."""
        one, zero = np.ones(t.shape), np.zeros(t.shape)
        h, h_t, h_x, h_xx = (np.stack(pair, 1) for pair in [(t, x), (one, zero), (zero, one), (zero, zero)])
        for name in ("hidden1", "hidden2"):
            w = p[name + ".weight"]
            z_t, z_x, z_xx = h_t @ w, h_x @ w, h_xx @ w
            h = np.tanh(h @ w + p[name + ".bias"])
            slope = 1 - h**2
            h_t, h_x, h_xx = slope * z_t, slope * z_x, slope * (z_xx - 2 * h * z_x**2)
        w = p["output.weight"][:, 0]
        return h @ w + p["output.bias"][0], h_t @ w, h_x @ w, h_xx @ w
    value, u_t, u_x, u_xx = u(t, x)
    return (u(t_data, x_data)[0] - u_data) ** 2 + (u_t + value * u_x - 0.01 / math.pi * u_xx) ** 2


# Ha, Dai and Le, "HyperNetworks", ICLR 2017, in the form of von Oswald et al., "Continual learning with hypernetworks",
# ICLR 2020, section 2: from the embedding of a task and of a chunk comes that chunk of the weights; here a chunk is a layer
# of the target network. Their code: `chrhenning/hypercl`. The embedding of the task is an input.
@network(
    [normal("x", 4), normal("task", 3)],
    [("chunk1", (2,), 0, 1), ("chunk2", (2,), 0, 1)] + dense("hidden", 5, 6) + dense("weights", 6, 20),
)
def hypernetwork(p, x, task):
    def target_layer(x, chunk):
        h = jax.nn.relu(layer(p, "hidden", jnp.concatenate([task, p[chunk]])))
        weights = layer(p, "weights", h)
        return x @ weights[:16].reshape(4, 4) + weights[16:]
    return target_layer(jnp.tanh(target_layer(x, "chunk1")), "chunk2")


@oracle
def hypernetwork(p, x, task):
    for chunk in ("chunk1", "chunk2"):
        h = Kinks.relu(task @ p["hidden.weight"][:3] + p[chunk] @ p["hidden.weight"][3:] + p["hidden.bias"])
        weights = affine(p, "weights", h)
        x = weights[:, 16:] + sum(x[:, i, None] * weights[:, 4 * i:4 * i + 4] for i in range(4))
        x = np.tanh(x) if chunk == "chunk1" else x
    return x


# Vaswani et al., "Attention is all you need", NIPS 2017, section 3: one layer of the encoder with two heads over four
# positions; projections have no bias there (that of a key would change nothing). In PyTorch, whose epsilon this is:
# `torch.nn.TransformerEncoderLayer(6, 2, 8, dropout=0)`, with biases in its projections.
def normalisation(name):
    return [(f"{name}_gain", (6,), 1, 0.3), (f"{name}_bias", (6,), 0, 0.3)]


@network(
    [normal("x", 4, 6)],
    sum((dense(name, 6, 6, bias=False) for name in ("query", "key", "value", "output")), [])
    + normalisation("norm1") + dense("inner", 6, 8) + dense("outer", 8, 6) + normalisation("norm2"),
)
def attention(p, x):
    def normalise(h, name):
        h = (h - h.mean(-1, keepdims=True)) / jnp.sqrt(h.var(-1, keepdims=True) + 1e-5)
        return h * p[name + "_gain"] + p[name + "_bias"]
    # By hand, as `jax.nn.dot_product_attention` takes its softmax in float32.
    q, k, v = (layer(p, name, x).reshape(4, 2, 3).transpose(1, 0, 2) for name in ("query", "key", "value"))
    mixed = jax.nn.softmax(q @ k.transpose(0, 2, 1) / math.sqrt(3)) @ v
    h = normalise(x + layer(p, "output", mixed.transpose(1, 0, 2).reshape(4, 6)), "norm1")
    return normalise(h + layer(p, "outer", jax.nn.relu(layer(p, "inner", h))), "norm2")


@oracle
def attention(p, x):
    def normalise(h, name):
        h = h - h.sum(-1, keepdims=True) / 6
        return h / np.sqrt((h**2).sum(-1, keepdims=True) / 6 + 1e-5) * p[name + "_gain"] + p[name + "_bias"]
    q, k, v = (affine(p, name, x) for name in ("query", "key", "value"))
    mixed = np.zeros(x.shape)
    for head in (slice(0, 3), slice(3, 6)):
        scores = np.einsum("sqi,ski->sqk", q[..., head], k[..., head]) / math.sqrt(3)
        mixed[..., head] = np.einsum("sqk,ski->sqi", np.exp(scores - log_sum_exp(scores)), v[..., head])
    h = normalise(x + affine(p, "output", mixed), "norm1")
    return normalise(h + affine(p, "outer", Kinks.relu(affine(p, "inner", h))), "norm2")


# Recording


def tuple_of(outputs):
    return outputs if isinstance(outputs, tuple) else (outputs,)


def record(name, seed):
    row, check = NETWORKS[name], ORACLES[name]
    while True:  # the first seed that keeps away from the kinks, where a gradient is undefined
        random = np.random.default_rng(seed)
        p = {name: random.normal(mean, deviation, shape) for name, shape, mean, deviation in row.parameters}
        inputs = {name: draw(random) for name, draw in row.inputs}
        Kinks.distance = math.inf
        expected = tuple_of(check(p, *inputs.values()))
        if Kinks.distance > 1e-3:
            break
        seed += 1
    cotangents = [random.uniform(0.5, 1.5, y.shape) * random.choice([-1, 1], y.shape) for y in expected]

    batched = jax.vmap(lambda p, *x: tuple_of(row.function(p, *x)), in_axes=(None, *(0 for _ in inputs)))
    outputs, pull_back = jax.vjp(
        batched, {name: jnp.asarray(w) for name, w in p.items()}, *(jnp.asarray(x) for x in inputs.values()))
    by_parameters, *by_inputs = pull_back(tuple(jnp.asarray(c) for c in cotangents))

    numbers = [f"output{k}" for k in range(len(outputs))]
    for what, ours, theirs in zip(numbers, outputs, expected, strict=True):
        agree(ours, theirs, 1e-12, f"{what} of {name}")
        assert np.max(np.abs(ours)) < 50, f"{what} of {name} is large"
    total = lambda: sum(
        (c * y).sum() for c, y in zip(cotangents, tuple_of(check(p, *inputs.values())), strict=True))
    for what, at, ours in [(k, p[k], by_parameters[k]) for k in p] + [
            (k, x, g) for (k, x), g in zip(inputs.items(), by_inputs, strict=True)]:
        agree(ours, central_difference(total, at), 1e-8, f"the gradient of {name} by {what}")
        assert (what in row.indices) == (np.max(np.abs(ours)) < 1e-2), f"{name} says nothing about {what}"
    return {
        "name": name, "seed": seed,
        "inputs": [array(k, x) for k, x in inputs.items()], "parameters": [array(k, w) for k, w in p.items()],
        "outputs": [array(k, y) for k, y in zip(numbers, outputs)],
        "cotangents": [array(k, c) for k, c in zip(numbers, cotangents)],
        "parameter_gradients": [array(k, by_parameters[k]) for k in p],
        "input_gradients": [array(k, g) for k, g in zip(inputs, by_inputs)],
    }


def main():
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("networks.json")
    assert list(NETWORKS) == list(ORACLES) and len(NETWORKS) == 12
    sections = {
        "versions": {"jax": jax.__version__, "numpy": np.__version__, "python": platform.python_version()},
        "conventions": CONVENTIONS,
        "networks": [record(name, 1000 + 100 * k) for k, name in enumerate(NETWORKS)],
    }
    write(path, sections)


if __name__ == "__main__":
    main()
