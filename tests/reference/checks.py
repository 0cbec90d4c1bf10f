"""What the recordings share: comparison with an oracle, central differences, and the form of the file."""
import json

import numpy as np


def central_difference(f, at, h=1e-5):
    """The gradient of the scalar function `f` at the array `at`, which it may read in place."""
    gradient = np.zeros_like(at)
    for i in np.ndindex(at.shape):
        old = at[i]
        at[i] = old + h
        up = f()
        at[i] = old - h
        gradient[i] = (up - f()) / (2 * h)
        at[i] = old
    return gradient


def agree(ours, oracles, tolerance, what):
    ours = np.asarray(ours)
    assert ours.dtype == np.float64, f"{what} is {ours.dtype}"
    assert ours.shape == np.shape(oracles), f"{what} has shape {ours.shape}, not {np.shape(oracles)}"
    off = np.max(np.abs(ours - oracles) / np.maximum(1, np.abs(oracles)))
    assert off <= tolerance, f"{what} is off by {off:.1e}"


def array(name, values):
    values = np.asarray(values)
    assert np.isfinite(values).all() and values.dtype in (np.float64, np.int64), name
    return {"name": name, "shape": list(values.shape), "values": values.ravel().tolist()}


def write(path, sections):
    """Writes the sections as JSON, and each list with a line an entry, so that a change shows as the entries that changed.

    Python prints the shortest digits that read back as the same float64.
    """
    compact = lambda value: json.dumps(value, separators=(",", ":"))
    text = {name: compact(section) for name, section in sections.items()}
    for name, section in sections.items():
        if isinstance(section, list):
            text[name] = "[\n" + ",\n".join(map(compact, section)) + "\n]"
    path.write_text("{\n" + ",\n".join(f'"{name}":{section}' for name, section in text.items()) + "\n}\n")
    assert json.loads(path.read_text()) == sections
