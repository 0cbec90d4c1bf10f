#!/usr/bin/env python3
"""Reads a file that Katachi saved with the libraries of its format, and compares names, order, shapes, values and place.

usage: read_saved.py [FILE]        (default: weights/saved.safetensors beside this script)

The file is the one of `tests/saving.rs`: value number i of the model is i / 8 - 2.
"""
import hashlib
import json
import struct
import sys
from pathlib import Path

import numpy as np
import safetensors.numpy
import safetensors.torch
from safetensors import safe_open

PATH = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "weights" / "saved.safetensors"
SHAPES = {
    "hidden1.weight": (3, 5), "hidden1.bias": (5,), "hidden2.weight": (5, 4), "hidden2.bias": (4,),
    "logits.weight": (4, 2), "logits.bias": (2,)}
EXTRAS = {"extra/scaler.mean": [0.1, 0.2, 0.3], "extra/scaler.scale": [1.0, 2.0, 3.0]}


def fnv(text):
    """FNV-1a of 64 bits."""
    state = 0xCBF29CE484222325
    for byte in text.encode():
        state = (state ^ byte) * 0x100000001B3 % 2**64
    return f"{state:016x}"


raw = PATH.read_bytes()
(length,) = struct.unpack("<Q", raw[:8])
header = json.loads(raw[8 : 8 + length])
metadata = header.pop("__metadata__")
assert list(header) == [*EXTRAS, *SHAPES], "the order in the file is that of the declaration, behind the extras"
start = 8 + length + header["hidden1.weight"]["data_offsets"][0]
assert start % 64 == 0, "the parameters begin at a multiple of 64 bytes"
assert all((8 + length + entry["data_offsets"][0]) % {"F32": 4, "F64": 8}[entry["dtype"]] == 0 for entry in header.values())

count = sum(int(np.prod(shape)) for shape in SHAPES.values())
values = np.arange(count, dtype=np.float32) / 8 - 2
assert np.array_equal(np.frombuffer(raw, "<f4", count, start), values), "the parameters are one array of floats"

for arrays in (safetensors.numpy.load_file(PATH), {k: v.numpy() for k, v in safetensors.torch.load_file(PATH).items()}):
    assert set(arrays) == {*EXTRAS, *SHAPES}
    rest = values
    for name, shape in SHAPES.items():
        assert arrays[name].dtype == np.float32 and arrays[name].shape == shape, name
        assert np.array_equal(arrays[name].ravel(), rest[: arrays[name].size]), name
        rest = rest[arrays[name].size :]
    for name, expected in EXTRAS.items():
        assert arrays[name].dtype == np.float64 and arrays[name].tolist() == expected, name

with safe_open(PATH, "np") as file:
    assert file.metadata() == metadata
assert metadata["format"] == "katachi" and metadata["katachi.model"] == "Mlp"
assert json.loads(metadata["katachi.classes"]) == ["no", "yes"]
assert metadata["katachi.fingerprint"] == fnv(metadata["katachi.declaration"])
print(f"{PATH.name}: {len(header)} arrays, {len(raw)} bytes, parameters at {start}, sha256 {hashlib.sha256(raw).hexdigest()[:16]}: as saved")
