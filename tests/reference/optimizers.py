#!/usr/bin/env python3
"""Records what the optimizers and learning-rate schedules of Keras do, in float64, for Katachi's tests: `optimizers.json`.

usage: optimizers.py [FILE]        (default: optimizers.json beside this script)

Every optimizer, with its defaults and with other options, and everything that Keras' base class does around a step, takes
ten steps along gradients that are drawn beforehand: the weights after each are recorded, and those that
`finalize_variable_values` leaves. Keras runs on JAX with 64-bit floats, as in `record.py`. Schedules are recorded for 30
steps; two of them, which Keras has not, from PyTorch, whose schedules compute with Python's floats.

Nothing is written unless every number agrees to 1e-12 with `oracle_steps` and `ORACLE_SCHEDULES` below, NumPy versions of
the formulas that share no code with Keras.
"""
import math
import os
import platform
import sys
from pathlib import Path

os.environ.update(KERAS_BACKEND="jax", JAX_ENABLE_X64="1", JAX_PLATFORMS="cpu", TF_CPP_MIN_LOG_LEVEL="3")
import jax
import jax.numpy as jnp
import keras
import numpy as np
import torch
from checks import agree, array, write
from keras.src.backend.common import dtypes

keras.config.set_floatx("float64")
dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"  # see `record.py`

STEPS = 10
SCHEDULE_STEPS = 30
ARRAYS = {"hidden.weight": (3, 2), "hidden.bias": (2,), "output.weight": (2, 1), "output.bias": (1,)}

# What is recorded

# name: (class, its arguments, names excluded from weight decay)
DECAYING = {"schedule": "ExponentialDecay", "initial_learning_rate": 0.1, "decay_steps": 3, "decay_rate": 0.5}
OPTIMIZERS = {
    "sgd": ("SGD", {"learning_rate": 0.01}),
    "sgd_momentum": ("SGD", {"learning_rate": 0.1, "momentum": 0.9}),
    "sgd_nesterov": ("SGD", {"learning_rate": 0.1, "momentum": 0.8, "nesterov": True}),
    "sgd_schedule": ("SGD", {"learning_rate": DECAYING, "momentum": 0.5}),
    "adam": ("Adam", {"learning_rate": 0.001}),
    "adam_custom": ("Adam", {"learning_rate": 0.05, "beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-4}),
    "adam_amsgrad": ("Adam", {"learning_rate": 0.05, "beta_2": 0.7, "amsgrad": True}),
    "adam_schedule": ("Adam", {"learning_rate": DECAYING}),
    "adamw": ("AdamW", {"learning_rate": 0.001}),
    "adamw_custom": ("AdamW", {"learning_rate": 0.05, "weight_decay": 0.1, "beta_1": 0.8, "amsgrad": True}, ["bias"]),
    "rmsprop": ("RMSprop", {"learning_rate": 0.001}),
    "rmsprop_custom": ("RMSprop", {"learning_rate": 0.02, "rho": 0.7, "epsilon": 1e-3}),
    "rmsprop_momentum": ("RMSprop", {"learning_rate": 0.02, "momentum": 0.6}),
    "rmsprop_centered": ("RMSprop", {"learning_rate": 0.02, "rho": 0.8, "centered": True}),
    "rmsprop_all": ("RMSprop", {"learning_rate": 0.02, "rho": 0.8, "momentum": 0.3, "epsilon": 1e-2, "centered": True}),
    "adagrad": ("Adagrad", {"learning_rate": 0.001}),
    "adagrad_custom": ("Adagrad", {"learning_rate": 1.0, "initial_accumulator_value": 0.0, "epsilon": 1e-4}),
    "adadelta": ("Adadelta", {"learning_rate": 0.001}),
    "adadelta_custom": ("Adadelta", {"learning_rate": 1.0, "rho": 0.8, "epsilon": 1e-2}),
    "adamax": ("Adamax", {"learning_rate": 0.001}),
    "adamax_custom": ("Adamax", {"learning_rate": 0.05, "beta_1": 0.8, "beta_2": 0.7, "epsilon": 1e-3}),
    "nadam": ("Nadam", {"learning_rate": 0.001}),
    "nadam_custom": ("Nadam", {"learning_rate": 0.05, "beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-3}),
    "lion": ("Lion", {"learning_rate": 0.001}),
    "lion_custom": ("Lion", {"learning_rate": 0.05, "beta_1": 0.5, "beta_2": 0.7}),
    "ftrl": ("Ftrl", {"learning_rate": 0.001}),
    "ftrl_custom": ("Ftrl", {
        "learning_rate": 0.1, "initial_accumulator_value": 0.3, "l1_regularization_strength": 0.4,
        "l2_regularization_strength": 0.2, "l2_shrinkage_regularization_strength": 0.05, "beta": 0.7}),
    "ftrl_power": ("Ftrl", {"learning_rate": 0.1, "learning_rate_power": -0.3, "l1_regularization_strength": 0.2}),
    "ftrl_fixed_rate": ("Ftrl", {"learning_rate": 0.1, "learning_rate_power": 0.0}),
    "weight_decay": ("SGD", {"learning_rate": 0.1, "weight_decay": 0.2}),
    "weight_decay_schedule": ("RMSprop", {"learning_rate": DECAYING, "weight_decay": 0.2}),
    "weight_decay_excluded": ("Adam", {"learning_rate": 0.05, "weight_decay": 0.2}, ["hidden.w", "output.bias"]),
    "clip_value": ("SGD", {"learning_rate": 0.1, "momentum": 0.9, "clipvalue": 0.3}),
    "clip_norm": ("SGD", {"learning_rate": 0.1, "momentum": 0.9, "clipnorm": 0.7}),
    "global_clip_norm": ("Adagrad", {"learning_rate": 0.1, "global_clipnorm": 2.0}),
    "ema": ("SGD", {"learning_rate": 0.1, "use_ema": True}),
    "ema_overwrite": ("Adam", {
        "learning_rate": 0.05, "use_ema": True, "ema_momentum": 0.6, "ema_overwrite_frequency": 3}),
    "accumulate": ("Adam", {"learning_rate": 0.05, "gradient_accumulation_steps": 2}),
    "accumulate_schedule": ("Nadam", {"learning_rate": DECAYING, "gradient_accumulation_steps": 3}),
    "accumulate_ema": ("Adamax", {
        "learning_rate": 0.05, "gradient_accumulation_steps": 2, "use_ema": True, "ema_momentum": 0.6,
        "ema_overwrite_frequency": 2}),
    "all": ("AdamW", {
        "learning_rate": DECAYING, "weight_decay": 0.3, "clipnorm": 0.9, "use_ema": True, "ema_momentum": 0.7,
        "ema_overwrite_frequency": 4, "gradient_accumulation_steps": 2}, ["bias"]),
}

# name: (class, its arguments)
SCHEDULES = {
    "step_decay": ("StepLR", {"initial_learning_rate": 0.1, "step_size": 7, "gamma": 0.3}),
    "piecewise": ("PiecewiseConstantDecay", {"boundaries": [4, 5, 20], "values": [1.0, 0.5, 0.7, 0.01]}),
    "exponential": ("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 7, "decay_rate": 0.6}),
    "exponential_staircase": ("ExponentialDecay", {
        "initial_learning_rate": 0.1, "decay_steps": 7, "decay_rate": 0.6, "staircase": True}),
    "inverse_time": ("InverseTimeDecay", {"initial_learning_rate": 0.1, "decay_steps": 7, "decay_rate": 0.6}),
    "inverse_time_staircase": ("InverseTimeDecay", {
        "initial_learning_rate": 0.1, "decay_steps": 7, "decay_rate": 0.6, "staircase": True}),
    "polynomial": ("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 20}),
    "polynomial_cycle": ("PolynomialDecay", {
        "initial_learning_rate": 0.1, "decay_steps": 8, "end_learning_rate": 0.02, "power": 1.7, "cycle": True}),
    "cosine": ("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 20}),
    "cosine_warmup": ("CosineDecay", {
        "initial_learning_rate": 0.02, "decay_steps": 15, "alpha": 0.1, "warmup_target": 0.1, "warmup_steps": 8}),
    "cosine_restarts": ("CosineDecayRestarts", {"initial_learning_rate": 0.1, "first_decay_steps": 4}),
    "cosine_restarts_custom": ("CosineDecayRestarts", {
        "initial_learning_rate": 0.1, "first_decay_steps": 6, "t_mul": 1.4, "m_mul": 0.7, "alpha": 0.05}),
    "cosine_restarts_even": ("CosineDecayRestarts", {
        "initial_learning_rate": 0.1, "first_decay_steps": 7, "t_mul": 1.0, "m_mul": 0.9}),
    "one_cycle": ("OneCycleLR", {"max_lr": 0.1, "total_steps": 30}),
    "one_cycle_custom": ("OneCycleLR", {
        "max_lr": 0.1, "total_steps": 30, "pct_start": 0.45, "div_factor": 10.0, "final_div_factor": 50.0}),
    "one_cycle_from_the_top": ("OneCycleLR", {"max_lr": 0.1, "total_steps": 30, "pct_start": 0.0}),
}

CONVENTIONS = {
    "gradients": "a list for each step, with an array for each of `weights`, in their order; they do not depend on weights",
    "weights_after": "the weights after each step, all in one row, in the order of `weights`",
    "final": "the weights that finalize_variable_values leaves: the averages, where the optimizer keeps some",
    "excluded": "what exclude_from_weight_decay(var_names=...) is given",
    "values": "the learning rate of steps 0, 1, 2, ...",
}

# The oracle: the same in plain NumPy

DEFAULTS = {
    "SGD": {"momentum": 0.0, "nesterov": False},
    "Adam": {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7, "amsgrad": False},
    "AdamW": {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7, "amsgrad": False, "weight_decay": 0.004},
    "RMSprop": {"rho": 0.9, "momentum": 0.0, "epsilon": 1e-7, "centered": False},
    "Adagrad": {"initial_accumulator_value": 0.1, "epsilon": 1e-7},
    "Adadelta": {"rho": 0.95, "epsilon": 1e-7},
    "Adamax": {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7},
    "Nadam": {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7},
    "Lion": {"beta_1": 0.9, "beta_2": 0.99},
    "Ftrl": {
        "learning_rate_power": -0.5, "initial_accumulator_value": 0.1, "l1_regularization_strength": 0.0,
        "l2_regularization_strength": 0.0, "l2_shrinkage_regularization_strength": 0.0, "beta": 0.0},
}


def oracle_step(kind, a, t, rate, w, g, s):
    """The weights after step t, counted from 1; `s` keeps what the optimizer keeps, each 0 at first."""
    get = lambda name, first=0.0: s.get(name, np.full_like(w, first))
    if kind == "SGD":
        if a["momentum"] == 0:
            return w - rate * g
        s["v"] = a["momentum"] * get("v") - rate * g
        return w + (a["momentum"] * s["v"] - rate * g if a["nesterov"] else s["v"])
    if kind in ("Adam", "AdamW"):
        s["m"] = a["beta_1"] * get("m") + (1 - a["beta_1"]) * g
        s["v"] = a["beta_2"] * get("v") + (1 - a["beta_2"]) * g**2
        s["max"] = np.maximum(get("max"), s["v"])
        v = s["max"] if a["amsgrad"] else s["v"]
        correction = math.sqrt(1 - a["beta_2"] ** t) / (1 - a["beta_1"] ** t)
        return w - rate * correction * s["m"] / (np.sqrt(v) + a["epsilon"])
    if kind == "RMSprop":
        s["v"] = a["rho"] * get("v") + (1 - a["rho"]) * g**2
        s["a"] = a["rho"] * get("a") + (1 - a["rho"]) * g
        step = rate * g / np.sqrt(s["v"] - (s["a"] ** 2 if a["centered"] else 0) + a["epsilon"])
        s["m"] = a["momentum"] * get("m") + step
        return w - s["m"]
    if kind == "Adagrad":
        s["sum"] = get("sum", a["initial_accumulator_value"]) + g**2
        return w - rate * g / np.sqrt(s["sum"] + a["epsilon"])
    if kind == "Adadelta":
        s["v"] = a["rho"] * get("v") + (1 - a["rho"]) * g**2
        step = g * np.sqrt((get("x") + a["epsilon"]) / (s["v"] + a["epsilon"]))
        s["x"] = a["rho"] * get("x") + (1 - a["rho"]) * step**2
        return w - rate * step
    if kind == "Adamax":
        s["m"] = a["beta_1"] * get("m") + (1 - a["beta_1"]) * g
        s["u"] = np.maximum(a["beta_2"] * get("u"), np.abs(g))
        return w - rate / (1 - a["beta_1"] ** t) * s["m"] / (s["u"] + a["epsilon"])
    if kind == "Nadam":
        s["m"] = a["beta_1"] * get("m") + (1 - a["beta_1"]) * g
        s["v"] = a["beta_2"] * get("v") + (1 - a["beta_2"]) * g**2
        mu = [a["beta_1"] * (1 - 0.96**k / 2) for k in range(1, t + 2)]
        m_hat = mu[t] * s["m"] / (1 - math.prod(mu)) + (1 - mu[t - 1]) * g / (1 - math.prod(mu[:t]))
        return w - rate * m_hat / (np.sqrt(s["v"] / (1 - a["beta_2"] ** t)) + a["epsilon"])
    if kind == "Lion":
        m = get("m")
        s["m"] = a["beta_2"] * m + (1 - a["beta_2"]) * g
        return w - rate * np.sign(a["beta_1"] * m + (1 - a["beta_1"]) * g)
    if kind == "Ftrl":
        p, n = -a["learning_rate_power"], get("n", a["initial_accumulator_value"])
        s["n"] = n + g**2
        s["z"] = get("z") + g + 2 * a["l2_shrinkage_regularization_strength"] * w - (s["n"]**p - n**p) / rate * w
        l1, l2 = a["l1_regularization_strength"], a["l2_regularization_strength"]
        solution = (np.sign(s["z"]) * l1 - s["z"]) / ((a["beta"] + s["n"]**p) / rate + 2 * l2)
        return np.where(np.abs(s["z"]) <= l1, 0, solution)
    raise ValueError(kind)


def oracle_steps(kind, arguments, excluded, weights, gradients):
    """The weights after each step, and the final ones: accumulate, clip, decay, step, average."""
    a = {**DEFAULTS[kind], **arguments}
    accumulate = a.get("gradient_accumulation_steps", 1)
    weights, kept, updates, after = list(weights), [{} for _ in weights], 0, []
    average = None
    for iteration, _ in enumerate(gradients):
        rate = a["learning_rate"]
        if isinstance(rate, dict):
            rate = rate["initial_learning_rate"] * rate["decay_rate"] ** (iteration / rate["decay_steps"])
        if (iteration + 1) % accumulate == 0:
            some = gradients[iteration + 1 - accumulate:iteration + 1]
            g = [np.mean(arrays, axis=0) for arrays in zip(*some)]
            if "clipvalue" in a:
                g = [np.clip(g, -a["clipvalue"], a["clipvalue"]) for g in g]
            if "clipnorm" in a:
                g = [g * min(1, a["clipnorm"] / np.linalg.norm(g)) for g in g]
            if "global_clipnorm" in a:
                whole = np.linalg.norm(np.concatenate([g.ravel() for g in g]))
                g = [g * min(1, a["global_clipnorm"] / whole) for g in g]
            for k, name in enumerate(ARRAYS):
                if not any(part in name for part in excluded):
                    weights[k] = weights[k] * (1 - a.get("weight_decay", 0.0) * rate)
                weights[k] = oracle_step(kind, a, updates + 1, rate, weights[k], g[k], kept[k])
            updates += 1
        if a.get("use_ema"):
            steps = iteration // accumulate
            momentum = a.get("ema_momentum", 0.99) if steps else 0.0
            average = [momentum * mean + (1 - momentum) * w for mean, w in zip(average or weights, weights)]
            if "ema_overwrite_frequency" in a and (steps + 1) % a["ema_overwrite_frequency"] == 0:
                weights = list(average)
        after.append(list(weights))
    return after, average or weights


def restarts(a, step):
    length, begin, restart = a["first_decay_steps"], 0.0, 0
    while step >= begin + length - 1e-9:
        begin, length, restart = begin + length, length * a.get("t_mul", 2.0), restart + 1
    down = a.get("m_mul", 1.0) ** restart * (1 + math.cos(math.pi * (step - begin) / length)) / 2
    alpha = a.get("alpha", 0.0)
    return a["initial_learning_rate"] * ((1 - alpha) * down + alpha)


def polynomial(a, step):
    steps, end = a["decay_steps"], a.get("end_learning_rate", 1e-4)
    if a.get("cycle"):
        steps *= max(1, -(-step // steps))
    return (a["initial_learning_rate"] - end) * (1 - min(step, steps) / steps) ** a.get("power", 1.0) + end


def cosine(a, step):
    peak, warmup = a.get("warmup_target", a["initial_learning_rate"]), a.get("warmup_steps", 0)
    if step < warmup:
        return a["initial_learning_rate"] * (1 - step / warmup) + peak * step / warmup
    done, alpha = min(1, (step - warmup) / a["decay_steps"]), a.get("alpha", 0.0)
    return peak * (alpha + (1 - alpha) * math.cos(math.pi / 2 * done) ** 2)


def one_cycle(a, step):
    low = a["max_lr"] / a.get("div_factor", 25.0)
    least = low / a.get("final_div_factor", 1e4)
    top, end = a.get("pct_start", 0.3) * a["total_steps"] - 1, a["total_steps"] - 1
    if step <= top:
        return low + (a["max_lr"] - low) * math.sin(math.pi / 2 * step / top) ** 2
    return least + (a["max_lr"] - least) * math.cos(math.pi / 2 * (step - top) / (end - top)) ** 2


def passed(a, step):
    return step // a["decay_steps"] if a.get("staircase") else step / a["decay_steps"]


ORACLE_SCHEDULES = {
    "StepLR": lambda a, step: a["initial_learning_rate"] * a["gamma"] ** (step // a["step_size"]),
    "PiecewiseConstantDecay": lambda a, step: a["values"][sum(step > boundary for boundary in a["boundaries"])],
    "ExponentialDecay": lambda a, step: a["initial_learning_rate"] * a["decay_rate"] ** passed(a, step),
    "InverseTimeDecay": lambda a, step: a["initial_learning_rate"] / (1 + a["decay_rate"] * passed(a, step)),
    "PolynomialDecay": polynomial,
    "CosineDecay": cosine,
    "CosineDecayRestarts": restarts,
    "OneCycleLR": one_cycle,
}


# Recording


def draw():
    """Weights, and a gradient of each size for each step; one parameter has none but in two steps, and one always the same."""
    random = np.random.default_rng(4)
    weights = [random.normal(0, 1, shape) for shape in ARRAYS.values()]
    gradients = [[random.normal(0, 10.0 ** random.integers(-1, 1), shape) for shape in ARRAYS.values()]
                 for _ in range(STEPS)]
    for step, arrays in enumerate(gradients):
        arrays[0][0, 0] = 0.25
        if step not in (3, 7):
            arrays[2][0, 0] = 0.0
    return weights, gradients


def flat(arrays):
    return np.concatenate([np.asarray(values).ravel() for values in arrays])


def keras_schedule(arguments):
    arguments = dict(arguments)
    return getattr(keras.optimizers.schedules, arguments.pop("schedule"))(**arguments)


def record_optimizer(name, kind, arguments, excluded=(), *, weights, gradients):
    given = dict(arguments)
    if isinstance(given["learning_rate"], dict):
        given["learning_rate"] = keras_schedule(given["learning_rate"])
    optimizer = getattr(keras.optimizers, kind)(**given)
    if excluded:
        optimizer.exclude_from_weight_decay(var_names=list(excluded))
    variables = [keras.Variable(jnp.asarray(w), name=name) for name, w in zip(ARRAYS, weights)]
    optimizer.build(variables)
    expected, expected_final = oracle_steps(kind, arguments, excluded, weights, gradients)
    after = []
    for step, arrays in enumerate(gradients):
        optimizer.apply([jnp.asarray(g) for g in arrays])
        after.append(flat(v.value for v in variables))
        agree(after[-1], flat(expected[step]), 1e-12, f"step {step} of {name}")
    optimizer.finalize_variable_values(variables)
    final = flat(v.value for v in variables)
    agree(final, flat(expected_final), 1e-12, f"the end of {name}")
    return {
        "name": name, "class": kind, "arguments": arguments, "excluded": list(excluded),
        "weights_after": array("weights_after", np.stack(after)), "final": array("final", final),
    }


def record_schedule(name, kind, arguments):
    if hasattr(keras.optimizers.schedules, kind):
        schedule = getattr(keras.optimizers.schedules, kind)(**arguments)
        values = [np.asarray(schedule(step)) for step in range(SCHEDULE_STEPS)]
    else:
        given = dict(arguments)
        optimizer = torch.optim.SGD([torch.zeros(1)], lr=given.pop("initial_learning_rate", 1.0))
        extra = {"cycle_momentum": False} if kind == "OneCycleLR" else {}
        schedule = getattr(torch.optim.lr_scheduler, kind)(optimizer, **given, **extra)
        values = []
        for _ in range(SCHEDULE_STEPS):
            values.append(np.float64(schedule.get_last_lr()[0]))
            optimizer.step()
            if len(values) < SCHEDULE_STEPS:
                schedule.step()
    values = np.stack(values)
    agree(values, [ORACLE_SCHEDULES[kind](arguments, step) for step in range(SCHEDULE_STEPS)], 1e-12, name)
    return {"name": name, "class": kind, "arguments": arguments, "values": array("values", values)}


def main():
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("optimizers.json")
    weights, gradients = draw()
    sections = {
        "versions": {
            "keras": keras.__version__, "backend": f"jax {jax.__version__}", "torch": torch.__version__,
            "numpy": np.__version__, "python": platform.python_version(), "floatx": keras.config.floatx(),
        },
        "conventions": CONVENTIONS,
        "weights": [array(name, w) for name, w in zip(ARRAYS, weights)],
        "gradients": [[array(name, g) for name, g in zip(ARRAYS, arrays)] for arrays in gradients],
        "optimizers": [record_optimizer(name, *case, weights=weights, gradients=gradients)
                       for name, case in OPTIMIZERS.items()],
        "schedules": [record_schedule(name, *case) for name, case in SCHEDULES.items()],
    }
    write(path, sections)


if __name__ == "__main__":
    main()
