#!/usr/bin/env python3
"""Records what TensorFlow writes for TensorBoard, and reads with TensorBoard what Katachi writes.

usage: event_files.py [FILE]           records (default: event_files.json beside this script)
       event_files.py --read FOLDER    reads

Recorded are whole records of event files of `tf.summary`, with their frames, for scalars, histograms and texts. Nothing is
written unless the histograms agree with the version of TensorBoard in NumPy, `histogram_pb`, which shares no code.

To read, let Katachi write a folder first:

    KATACHI_EVENTS=FOLDER cargo test -p katachi-tests --test suite event_files -- --ignored

Then TensorBoard's own reader and provider of data, those behind its dashboards, must find the runs, tags, steps and values
that stand in FOLDER/written.json.
"""
import json
import math
import os
import platform
import sys
import tempfile
from pathlib import Path

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1")
import numpy as np
import tensorflow as tf
from checks import write
from tensorboard.backend.event_processing import data_provider, event_file_loader, plugin_event_multiplexer
from tensorboard.compat.proto import event_pb2
from tensorboard.context import RequestContext
from tensorboard.plugins.histogram import summary_v2 as histogram_plugin
from tensorboard.util import tensor_util

RANDOM = np.random.default_rng(22)
# tag, step, values: a number for a scalar, a list for a histogram, a text for a text
ROWS = [
    ("epoch_loss", 0, 2.302585092994046),
    ("epoch_loss", 1, 0.1),
    ("evaluation/accuracy", 1_000_000_007, 1.0),
    ("épaisseur", 3, -1e-45),
    ("hidden1/weight", 1, RANDOM.normal(size=200).tolist()),
    ("hidden1/weight", 2, np.arange(31.0).tolist()),
    ("hidden1/bias", 1, [0.0] * 7),
    ("hidden1/none", 1, []),
    ("wide", 4, [-1e300, 1e-300, 0.5, 1e300]),
    ("narrow", 4, [1.0, 1.0 + 2.0**-52, 1.0 + 2.0**-51]),
    ("thirds", 4, (RANDOM.integers(0, 300, size=500) / 3).tolist()),
    ("model", 0, "| layer | output |\n|---|---|\n| `größe` | (None, 2) |\n"),
    ("nothing", 0, ""),
]


def kind(values):
    return {float: "scalar", list: "histogram", str: "text"}[type(values)]


def record_all():
    """The records of one file of `tf.summary`, framed as they lie in it."""
    with tempfile.TemporaryDirectory() as folder:
        writer = tf.summary.create_file_writer(folder)
        with writer.as_default():
            for tag, step, values in ROWS:
                if kind(values) == "histogram":
                    tf.summary.histogram(tag, tf.constant(values, tf.float64), step=step)
                else:
                    getattr(tf.summary, kind(values))(tag, values, step=step)
        writer.close()
        (path,) = Path(folder).iterdir()
        data = path.read_bytes()
    at = 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 8], "little")
        yield data[at : at + 16 + length]
        at += 16 + length


def record():
    first, *records = record_all()
    assert event_pb2.Event.FromString(first[12:-4]).file_version == "brain.Event:2"
    rows = []
    for (tag, step, values), frame in zip(ROWS, records, strict=True):
        event = event_pb2.Event.FromString(frame[12:-4])
        assert (event.step, event.summary.value[0].tag) == (step, tag)
        if kind(values) == "histogram":
            ours = tensor_util.make_ndarray(event.summary.value[0].tensor)
            theirs = tensor_util.make_ndarray(histogram_plugin.histogram_pb(tag, values).value[0].tensor)
            assert np.array_equal(ours[:, 2], theirs[:, 2]) and np.allclose(ours, theirs, rtol=1e-14), tag
        rows.append({
            "kind": kind(values), "tag": tag, "step": step, "wall_time": event.wall_time, "values": values,
            "record": frame.hex(),
        })
    return {
        "versions": {"tensorflow": tf.__version__, "numpy": np.__version__, "python": platform.python_version()},
        "conventions": {
            "wall_time": "seconds since 1970, of the event",
            "record": "the bytes of the record in the event file in hexadecimal: length, its sum, the event, its sum",
        },
        "first": {"wall_time": event_pb2.Event.FromString(first[12:-4]).wall_time, "record": first.hex()},
        "records": rows,
    }


def read(folder):
    """Compares all that TensorBoard finds below the folder with what was written."""
    written = json.loads((folder / "written.json").read_text())
    for path in folder.rglob("*tfevents*"):
        events = list(event_file_loader.EventFileLoader(str(path)).Load())  # with the sums checked
        assert events[0].file_version == "brain.Event:2", path
        print(f"{path.relative_to(folder)}: {len(events)} records")
    multiplexer = plugin_event_multiplexer.EventMultiplexer(tensor_size_guidance={"scalars": 0, "histograms": 0, "text": 0})
    multiplexer.AddRunsFromDirectory(str(folder))
    multiplexer.Reload()
    provider = data_provider.MultiplexerDataProvider(multiplexer, str(folder))
    here = {"ctx": RequestContext(), "experiment_id": "x"}
    assert {run.run_name for run in provider.list_runs(**here)} == {row["run"] for row in written}

    found = {}
    for plugin, name in [("scalars", "scalar"), ("histograms", "histogram"), ("text", "text")]:
        reads = provider.read_scalars if plugin == "scalars" else provider.read_tensors
        for run, tags in reads(**here, plugin_name=plugin, downsample=10_000).items():
            for tag, points in tags.items():
                for point in points:
                    value = point.value if plugin == "scalars" else point.numpy
                    found[run, name, tag, point.step] = (point.wall_time, value)
    for row in written:
        wall_time, value = found.pop((row["run"], row["kind"], row["tag"], row["step"]))
        assert math.isclose(wall_time, row["wall_time"], rel_tol=0, abs_tol=1e-6), row["tag"]
        if row["kind"] == "scalar":
            expected = np.float32(math.nan if row["values"] is None else row["values"])
            assert np.array_equal(np.float32(value), expected, equal_nan=True), (row["tag"], value)
        elif row["kind"] == "histogram":
            theirs = tensor_util.make_ndarray(histogram_plugin.histogram_pb("", row["values"]).value[0].tensor)
            assert np.array_equal(value[:, 2], theirs[:, 2]), row["tag"]
            assert np.allclose(value, theirs, rtol=1e-14, atol=0), row["tag"]
        else:
            assert value.item().decode() == row["values"], row["tag"]
        print(f"as written: {row['run']:<10} {row['kind']:<9} {row['tag']}, step {row['step']}")
    assert not found, f"TensorBoard finds what was not written: {list(found)}"
    print(f"TensorBoard finds all {len(written)} values as they were written, and no other")


def main():
    if sys.argv[1:2] == ["--read"]:
        read(Path(sys.argv[2]))
    else:
        write(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("event_files.json"), record())


if __name__ == "__main__":
    main()
