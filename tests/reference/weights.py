#!/usr/bin/env python3
"""Writes small files of weights, as Keras and PyTorch save them, with what their models compute: `weights/`.

usage: weights.py [FOLDER]        (default: the folder `weights` beside this script)

Nothing is written unless NumPy, which shares no code with either, computes the same outputs from the weights that were
saved. Inputs and outputs are in `outputs.json`; the models are those of `tests/importing.rs`.
"""
import json
import os
import sys
from pathlib import Path

os.environ.update(KERAS_BACKEND="jax", JAX_PLATFORMS="cpu")
import h5py
import keras
import numpy as np
import safetensors.numpy
import safetensors.torch
import torch
from keras import layers

FOLDER = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "weights"
RANDOM = np.random.default_rng(22)
X = RANDOM.normal(0, 1, (3, 4)).astype(np.float32)
ROWS = np.array([[1, 0, 6], [2, 5, 5]], np.float32)


def relu(x):
    return np.maximum(x, 0)


def mlp(x, w1, b1, w2, b2, w3, b3):
    """hidden1: 4 => 5, relu; hidden2: 5 => 5, tanh; logits: 5 => 3. Weights are [inputs, units]."""
    return np.tanh(relu(x @ w1 + b1) @ w2 + b2) @ w3 + b3


def agree(ours, oracles):
    assert np.max(np.abs(np.asarray(ours) - oracles)) < 1e-5
    return np.asarray(ours).ravel().astype(float).tolist()


def fill(model):
    """No bias is zero, as they are at the start, and no weight is symmetric."""
    model.set_weights([RANDOM.normal(0, 0.7, w.shape).astype(np.float32) for w in model.get_weights()])


def keras_mlp():
    model = keras.Sequential([
        layers.Input((4,)), layers.Dense(5, activation="relu", name="hidden1"), layers.Dropout(0.2),
        layers.Dense(5, activation="tanh", name="second"), layers.Dense(3, name="logits")])
    model.compile("adam", "mse")
    model.fit(X, np.zeros((3, 3)), verbose=0)  # so that the file has an optimizer
    fill(model)
    model.save_weights(FOLDER / "keras.weights.h5")
    np.savez(FOLDER / "keras.npz", *model.get_weights())
    named = {f"{v.path.replace('sequential/', '')}": np.asarray(v.value) for v in model.weights}
    np.savez_compressed(FOLDER / "keras_named.npz", **named)
    return agree(model(X), mlp(X, *model.get_weights()))


def keras_nested():
    inner = keras.Sequential([layers.Input((5,)), layers.Dense(5, activation="tanh"), layers.Dense(2)], name="head")
    model = keras.Sequential([
        layers.Input((3,)), layers.Embedding(7, 5, name="table"), layers.GlobalAveragePooling1D(), inner])
    fill(model)
    model.save_weights(FOLDER / "keras_nested.weights.h5")
    table, w1, b1, w2, b2 = model.get_weights()
    return agree(model(ROWS), np.tanh(table[ROWS.astype(int)].mean(1) @ w1 + b1) @ w2 + b2)


class Mlp(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2, self.out = torch.nn.Linear(4, 5), torch.nn.Linear(5, 5), torch.nn.Linear(5, 3)

    def forward(self, x):
        return self.out(torch.tanh(self.fc2(torch.relu(self.fc1(x)))))


def pytorch():
    torch.manual_seed(22)
    model = Mlp()
    state = model.state_dict()
    safetensors.torch.save_file(state, FOLDER / "torch.safetensors")
    net = torch.nn.Sequential(model.fc1, torch.nn.ReLU(), model.fc2, torch.nn.Tanh(), model.out)
    half = {name: value.to(torch.float16) for name, value in net.state_dict().items()}
    safetensors.torch.save_file(half, FOLDER / "torch_half.safetensors", {"format": "pt"})
    with torch.no_grad():
        y = model(torch.from_numpy(X)).numpy()
        weights = [w for name in ["fc1", "fc2", "out"] for w in (state[f"{name}.weight"].numpy().T, state[f"{name}.bias"].numpy())]
        rounded = [w.astype(np.float16).astype(np.float32) for w in weights]
    return agree(y, mlp(X, *weights)), mlp(X, *rounded).ravel().astype(float).tolist()


FOLDER.mkdir(exist_ok=True)
outputs = {"x": X.ravel().astype(float).tolist(), "rows": ROWS.ravel().tolist()}
outputs["keras"], outputs["keras_nested"] = keras_mlp(), keras_nested()
outputs["torch"], outputs["torch_half"] = pytorch()
outputs["versions"] = {m.__name__: m.__version__ for m in (keras, torch, safetensors, h5py, np)}
(FOLDER / "outputs.json").write_text(json.dumps(outputs, indent=1) + "\n")
