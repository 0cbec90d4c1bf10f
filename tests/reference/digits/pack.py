"""Packs the optical digits into nn/src/data/digits.bin.gz, which the crate embeds.

    python3 tests/reference/digits/pack.py path/to/digits.csv.gz

The input has one line for each of the 1,797 samples: 64 pixels of 0 to 16, row by row, then the label. It is the file
that scikit-learn distributes (sklearn/datasets/data/digits.csv.gz); the source is named in nn/src/data/README.md.

The output is column by column: first pixel 0 of all samples, then pixel 1, ..., last the labels, one byte each. The
values of one pixel resemble each other more than the pixels of one sample do, and this order saves a tenth. Run-length
matching with small blocks compresses it best of all that zlib offers. The header holds no time, so that the same input
gives the same file.
"""

import gzip
import hashlib
import pathlib
import sys
import zlib

SAMPLES, COLUMNS = 1797, 65
OUTPUT = pathlib.Path(__file__).parents[3] / "nn/src/data/digits.bin.gz"

with gzip.open(sys.argv[1], "rt") as lines:
    rows = [[int(value) for value in line.split(",")] for line in lines]
assert len(rows) == SAMPLES and all(len(row) == COLUMNS for row in rows)
assert all(0 <= pixel <= 16 for row in rows for pixel in row[:64])
assert all(0 <= row[64] <= 9 for row in rows)

columns = bytes(row[column] for column in range(COLUMNS) for row in rows)
compressor = zlib.compressobj(level=9, wbits=31, memLevel=5, strategy=zlib.Z_RLE)
packed = compressor.compress(columns) + compressor.flush()
assert gzip.decompress(packed) == columns

OUTPUT.write_bytes(packed)
print(f"{OUTPUT}: {len(packed)} bytes; SHA-256 of the {len(columns)} unpacked: {hashlib.sha256(columns).hexdigest()}")
