#!/usr/bin/env python3
"""Records what Keras' callbacks do with given values of a metric, epoch by epoch: `callbacks.json`.

usage: callbacks.py [FILE]        (default: callbacks.json beside this script)

Each case has the values that are watched, the options, and what came of it: the learning rate of each epoch, the epoch
that ended the training (none if none did), the best epoch, and whether its weights were given back. The model has one weight,
which is the number of the epoch, so that the weights that are given back tell the epoch.
"""
import json
import os
import sys
from pathlib import Path

os.environ.update(KERAS_BACKEND="jax", JAX_PLATFORMS="cpu", TF_CPP_MIN_LOG_LEVEL="3")
import keras
import numpy as np

FALLING = [1.0, 0.9, 0.8, 0.85, 0.7, 0.72, 0.71, 0.69, 0.9, 0.95, 0.6, 0.65]
SLOW = [1.0, 0.999, 0.9985, 0.99, 0.989, 0.9889, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.89, 0.9, 0.9, 0.9]
RISING = [0.1, 0.3, 0.2, 0.25, 0.4, 0.4, 0.39, 0.41, 0.41, 0.41, 0.41]
FLAT = [0.5] * 8
NAN = [1.0, float("nan"), 0.9, float("nan"), float("nan"), 0.8, 0.9, 0.95]

EARLY = [
    (FALLING, {}),
    (FALLING, {"patience": 1}),
    (FALLING, {"patience": 2, "restore_best_weights": True}),
    (FALLING, {"patience": 3, "restore_best_weights": True}),
    (FALLING, {"patience": 20, "restore_best_weights": True}),
    (FALLING, {"patience": 2, "start_from_epoch": 4, "restore_best_weights": True}),
    (SLOW, {"patience": 2, "min_delta": 0.005}),
    (SLOW, {"patience": 3, "min_delta": 0.005, "restore_best_weights": True}),
    (FALLING, {"patience": 3, "baseline": 0.75}),
    (FALLING, {"patience": 4, "baseline": 0.5, "restore_best_weights": True}),
    (RISING, {"patience": 2, "mode": "max", "restore_best_weights": True}),
    (RISING, {"patience": 0, "mode": "max"}),
    (RISING, {"patience": 1, "mode": "min"}),
    (FLAT, {"patience": 3, "restore_best_weights": True}),
]
REDUCE = [
    (FALLING, {"patience": 1}),
    (FALLING, {"patience": 2, "factor": 0.5}),
    (SLOW, {"patience": 2, "factor": 0.5, "min_delta": 0.005}),
    (SLOW, {"patience": 1, "factor": 0.5, "min_delta": 0.005, "cooldown": 2}),
    (SLOW, {"patience": 1, "factor": 0.2, "min_delta": 0.005, "cooldown": 1, "min_lr": 0.1}),
    (RISING, {"patience": 1, "factor": 0.5, "mode": "max"}),
    (FLAT, {"patience": 1, "factor": 0.5}),
    (FLAT, {"patience": 0, "factor": 0.5}),
    (NAN, {"patience": 1, "factor": 0.5}),
]


def run(callback, values):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    model.compile(keras.optimizers.SGD(1.0), "mse")
    callback.set_model(model)
    model.stop_training = False
    rates, stopped = [], None
    callback.on_train_begin({})
    for epoch, value in enumerate(values):
        callback.on_epoch_begin(epoch, {})
        model.set_weights([np.array([[float(epoch)]])])
        rates.append(float(model.optimizer.learning_rate))
        callback.on_epoch_end(epoch, {"watched": value})
        if model.stop_training:
            stopped = epoch
            break
    callback.on_train_end({})
    return {"rates": rates, "stopped": stopped, "weight": int(model.get_weights()[0][0, 0])}


def main():
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("callbacks.json")
    cases = []
    for kind, make, rows in [
        ("EarlyStopping", keras.callbacks.EarlyStopping, EARLY),
        ("ReduceLROnPlateau", keras.callbacks.ReduceLROnPlateau, REDUCE),
    ]:
        for values, options in rows:
            options = {"mode": "min", **options}
            result = run(make(monitor="watched", **options), values)
            watched = [None if value != value else value for value in values]
            cases.append({"callback": kind, "values": watched, "options": options, **result})
    text = ",\n".join("  " + json.dumps(case) for case in cases)
    path.write_text(f'{{"keras": "{keras.__version__}", "cases": [\n{text}\n]}}\n')


main()
