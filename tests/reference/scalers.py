#!/usr/bin/env python3
"""Records what scikit-learn computes of features and classes, in float64: `scalers.json`.

usage: scalers.py [FILE]        (default: scalers.json beside this script)

Nothing is written unless the numbers agree with `oracle` below, a NumPy version that shares no code with scikit-learn.
"""
import sys
from pathlib import Path

import numpy as np
from checks import agree, array, write
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler
from sklearn.utils.class_weight import compute_class_weight

TRAIN, TEST = 23, 5


def features(rng, rows):
    """Features that are hard in ways of their own."""
    return np.column_stack([
        rng.normal(3.0, 2.0, rows),
        np.full(rows, 0.1),  # constant, and its sum is rounded
        np.zeros(rows),
        1e4 + rng.normal(0.0, 0.1, rows),  # far from 0, narrow
        rng.standard_cauchy(rows) * 10,  # far outliers
        rng.integers(0, 3, rows).astype(float),  # many equal values
        np.where(np.arange(rows) == 2, 1.0, 0.0),  # equal quartiles
    ])


def is_constant(column):
    return np.all(column == column[0])


def oracle(name, train):
    if name == "standardize":
        center, scale = train.mean(axis=0), train.std(axis=0)
        scale[[is_constant(column) for column in train.T]] = 1.0
    elif name == "min_max":
        center, scale = train.min(axis=0), train.max(axis=0) - train.min(axis=0)
    else:
        center = np.median(train, axis=0)
        scale = np.quantile(train, 0.75, axis=0) - np.quantile(train, 0.25, axis=0)
    scale = np.where(scale == 0.0, 1.0, scale)
    return center, scale


def main():
    rng = np.random.default_rng(22)
    train, test = features(rng, TRAIN), features(rng, TEST)
    scalers = []
    for name, scaler in [("standardize", StandardScaler()), ("min_max", MinMaxScaler()), ("robust", RobustScaler())]:
        scaler.fit(train)
        center, scale = oracle(name, train)
        if name == "standardize":
            agree(scaler.mean_, center, 1e-12, f"{name}: center")
        elif name == "robust":
            agree(scaler.center_, center, 1e-12, f"{name}: center")
        else:
            agree(scaler.data_min_, center, 1e-12, f"{name}: center")
        theirs = 1 / scaler.scale_ if name == "min_max" else scaler.scale_
        agree(theirs, scale, 1e-12, f"{name}: scale")
        scaled = scaler.transform(test)
        agree(scaled, (test - center) / scale, 1e-9, f"{name}: scaled")
        scalers.append({
            "name": name,
            "center": array("center", center),
            "scale": array("scale", theirs),
            "train": array("train", scaler.transform(train)),
            "test": array("test", scaled),
        })
    labels = rng.integers(0, 4, 50) ** 2 // 3  # of 4 classes: 0, 1 and 3
    present = np.unique(labels)
    weights = compute_class_weight("balanced", classes=present, y=labels)
    agree(weights, [len(labels) / len(present) / np.sum(labels == c) for c in present], 1e-12, "class weights")
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("scalers.json")
    write(path, {
        "conventions": "Arrays of features are [samples, features]; the scale divides.",
        "train": array("train", train),
        "test": array("test", test),
        "scalers": scalers,
        "labels": array("labels", labels),
        "classes": array("classes", present),
        "class_weights": array("class_weights", weights),
    })


if __name__ == "__main__":
    main()
