"""Writes the small files in seeds/ that are not made by hand, and those in refused/.

Needs numpy and h5py, as tests/reference/requirements.txt has them. Files of HDF5 hold the time at which they are written.

usage: python tests/fuzz/seeds.py
"""

import gzip
import io
import json
import struct
import zlib
from pathlib import Path

import h5py
import numpy as np

SEEDS = Path(__file__).parent / "seeds"
# The declaration of `Mlp` in src/lib.rs.
LAYERS = "layer hidden: Dense(3 => 4, relu) -> [4], a Dense\nlayer logits: Dense(4 => 2) -> [2], a Dense\n"
SHAPES = {"hidden.weight": [3, 4], "hidden.bias": [4], "logits.weight": [4, 2], "logits.bias": [2]}
SIZE = sum(int(np.prod(shape)) for shape in SHAPES.values())


def put(target, name, data):
    path = SEEDS / target / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def values(shape, dtype="<f4"):
    return (np.arange(int(np.prod(shape))).reshape(shape) / 4 - 1).astype(dtype)


def safetensors(metadata, arrays):
    names = {"<f2": "F16", "<f4": "F32", "<f8": "F64", "<i8": "I64"}
    header, data = ({"__metadata__": metadata} if metadata else {}), b""
    for name, array in arrays.items():
        end = len(data) + array.nbytes
        dtype = names[array.dtype.str]
        header[name] = {"dtype": dtype, "shape": list(array.shape), "data_offsets": [len(data), end]}
        data += array.tobytes()
    beside = sum(array.nbytes for name, array in arrays.items() if "/" in name and not name.startswith("optimizer/arrays"))
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-(8 + len(text) + beside) % 64)
    return struct.pack("<Q", len(text)) + text + data


def metadata(**more):
    declaration = LAYERS + "".join(f"array {name}: {shape}\n" for name, shape in SHAPES.items())
    sum_of = 0xCBF29CE484222325
    for byte in declaration.encode():
        sum_of = (sum_of ^ byte) * 0x100000001B3 % 2**64
    texts = {"format": "katachi", "katachi.format": "1", "katachi.version": "0.1.0", "katachi.model": "Mlp"}
    return texts | {"katachi.fingerprint": f"{sum_of:016x}", "katachi.declaration": declaration} | more


def model(dtype="<f4"):
    return {name: values(shape, dtype) for name, shape in SHAPES.items()}


def models():
    plain = safetensors(metadata(), model())
    put("safetensors", "model", plain)
    put("safetensors", "model-f64", safetensors(metadata(), model("<f8")))
    put("safetensors", "other", safetensors(metadata(**{"katachi.fingerprint": "0", "katachi.declaration": LAYERS}), model()))
    extras = {"extra/scaler.mean": values([3], "<f8"), "extra/scaler.scale": values([3], "<f8")}
    texts = {"katachi.classes": '["no","yes"]', "extra.trained": "on 3 samples"}
    put("safetensors", "extras", safetensors(metadata(**texts), extras | model()))
    put("safetensors", "half", plain[: len(plain) // 2])


def checkpoints():
    def texts(optimizer):
        counts = {"katachi.epochs": "2", "katachi.steps": "6", "katachi.seed": "22"}
        return metadata(**{"katachi.checkpoint": "1", "katachi.optimizer": optimizer}, **counts)

    number = np.array(0.5, "<f8")
    rate = {f"optimizer/numbers/{name}": number for name in ["iterations", "learning_rate", "learning_rate_is_set"]}
    kept = {"training/numbers/early_stopping.best": number, "training/arrays/early_stopping.weights": values([4], "<f8")}
    history = {f"training/history/{name}": values([2], "<f8") for name in ["loss", "val_loss"]}
    adam = rate | {f"optimizer/numbers/beta_{beta}_power": number for beta in [1, 2]}
    moments = {f"optimizer/arrays/{name}": values([SIZE]) for name in ["momentum", "velocity"]}
    moments["optimizer/arrays/velocity_hat"] = values([0])
    put("checkpoint", "adam", safetensors(texts("Adam"), kept | adam | history | model() | moments))
    put("checkpoint", "sgd", safetensors(texts("Sgd"), rate | model() | {"optimizer/arrays/momentum": values([SIZE])}))
    put("checkpoint", "model", safetensors(metadata(), model()))


def imports():
    torch = {"fc1.weight": values([4, 3]), "fc1.bias": values([4]), "fc2.weight": values([2, 4]), "fc2.bias": values([2])}
    put("import", "torch", safetensors({"format": "pt"}, torch))
    put("import", "half", safetensors({}, {f"net.{name}": array.astype("<f2") for name, array in torch.items()}))
    put("import", "flax", safetensors({"format": "flax"}, {name.replace("weight", "kernel"): array.T.copy() for name, array in torch.items()}))
    nested = {f"{part}.{name}": values(shape) for part in ["first", "second"] for name, shape in SHAPES.items()}
    nested |= {"table.weight": values([4, 3]), "square.weight": values([2, 2]), "square.bias": values([2])}
    put("import", "nested", safetensors({"format": "np"}, nested))
    put("import", "integers", safetensors({}, {"hidden.bias": values([4], "<i8")}))
    for name, save in [("stored.npz", np.savez), ("deflated.npz", np.savez_compressed)]:
        file = io.BytesIO()
        save(file, *model().values())
        put("import", name, file.getvalue())
    file = io.BytesIO()
    np.savez_compressed(file, **model("<f8"))
    put("import", "named.npz", file.getvalue())


def keras():
    # What is written first is small: files are not to be mostly empty.
    small = {"meta_block_size": 64}

    def write(name, libver, **options):
        path = SEEDS / "h5" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with h5py.File(path, "w", libver=libver, **small) as file:
            for layer, named in [("dense", "hidden"), ("dense_1", "logits")]:
                group = file.create_group(f"layers/{layer}/vars")
                group.attrs["name"] = named
                for number, part in enumerate(["weight", "bias"]):
                    group.create_dataset(str(number), track_times=False, data=values(SHAPES[f"{named}.{part}"]), **options)

    write("earliest.h5", "earliest")
    write("latest.h5", "latest")
    write("chunked.h5", "latest", chunks=True, compression="gzip", shuffle=True, fletcher32=True)
    with h5py.File(SEEDS / "h5" / "old-chunks.h5", "w", libver="earliest", **small) as file:
        file.create_dataset("dense/vars/0", track_times=False, data=values([3, 4]), chunks=(2, 4), compression="gzip")
    with h5py.File(SEEDS / "h5" / "large-chunks.h5", "w", libver="latest", **small) as file:
        options = {"chunks": (3, 1 << 26), "maxshape": (3, None), "compression": "gzip"}
        file.create_dataset("hidden/vars/0", shape=[3, 4], dtype="<f4", track_times=False, **options)
    with h5py.File(SEEDS.parent / "refused" / "many-ways.h5", "w", libver="latest", **small) as file:
        array = file.create_dataset("inner/vars/0", track_times=False, data=values([4]))
        for number in range(1, 8):
            file[f"inner/vars/{number}"] = array
        inner = file["inner"]
        for level in range(6):
            outer = file.create_group(f"level{level}")
            for number in range(8):
                outer[f"way{number}"] = inner
            inner = outer
    with h5py.File(SEEDS / "h5" / "one.h5", "w", libver="latest", **small) as file:
        file.create_dataset("dense/vars/0", track_times=False, data=values([3, 4], "<f8"))


def png(name, depth, color, lines, before=b"", interlaced=0):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 5, 3, depth, color, 0, 0, interlaced)
    put("png", name, b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(chunk(*pair) for pair in before or [])
        + chunk(b"IDAT", zlib.compress(lines, 9)) + chunk(b"IEND", b""))


def images():
    def lines(bits, filters=(0, 1, 4)):
        width = (5 * bits + 7) // 8
        return b"".join(bytes([kind]) + bytes(range(kind, kind + width)) for kind in filters)

    palette = [(b"PLTE", bytes(range(12))), (b"tRNS", b"\x00\x80")]
    png("grey", 8, 0, lines(8))
    png("grey-1", 1, 0, lines(1))
    png("grey-16", 16, 0, lines(16, (2, 3, 4)), [(b"tRNS", b"\x00\x01")])
    png("rgb", 8, 2, lines(24), [(b"gAMA", b"\x00\x00\xb1\x8f"), (b"tEXt", b"a\x00b"), (b"zTXt", b"a\x00\x00" + zlib.compress(b"b"))])
    png("palette", 2, 3, lines(2), palette)
    png("grey-alpha", 8, 4, lines(16))
    png("rgba-16", 16, 6, lines(64))
    png("animated", 8, 0, lines(8), [(b"acTL", struct.pack(">II", 1, 0)), (b"fcTL", struct.pack(">IIIIIHHBB", 0, 5, 3, 0, 0, 1, 1, 0, 0))])
    # The seven passes of an interlaced image of 5×3, each of its rows after its filter.
    passes = [(1, 1), (1, 1), (2, 0), (2, 1), (3, 1), (2, 2), (5, 1)]
    png("interlaced", 8, 0, b"".join((b"\0" + bytes(width)) * rows for width, rows in passes), None, 1)


def tables():
    plain = b"x,w,y,z\n1,2,0,a\n3.5,,1,b\n-1e3,0.25,1,c\n"
    words = b"x,w,y\n1,2,no\n3,\"4\",yes\n"
    packed = gzip.compress(plain, mtime=0)
    tables = {"plain": (16, plain), "dropped": (17, plain), "filled": (18, plain), "means": (19, plain), "from": (48, plain.replace(b"0,a", b"2,a")),
              "words": (64, words), "sorted": (96, words), "named": (128, b"w,q,y,x\n1,2,0,3\n"), "values": (160, b"x,w,y\n1,2,3e-9\n"),
              "semicolon": (5, words.replace(b",", b";")), "headless": (8, b"1,2,0\r\n3,4,1\r\n"), "mark": (0, b"\xef\xbb\xbfx,w,y\n1,2,0\n"),
              "packed": (17, packed), "cut": (17, packed[:-3]), "quotes": (0, b"x,\"w\",y\n\"1\n\",\"\"\"\",\"NA\"\n")}
    for name, (options, table) in tables.items():
        put("csv", name, bytes([options]) + table)


for make in [models, checkpoints, imports, keras, images, tables]:
    make()
