"""The edit distance of two sequences: the whole table, and the cheapest way through it.

    python3 edit_distance.py --size 1000 --output edit_distance.png

The same file runs on CPython with NumPy and on PyPy with cpyembed.
"""

import argparse
import time

try:
    import cpyembed
    cpyembed.install("numpy", "matplotlib")
except ImportError:     # CPython: NumPy is there without it
    pass
import matplotlib
import numpy as np

matplotlib.use("agg")
from matplotlib import pyplot


def sequences(size):
    """Two sequences of four letters: the second is the first with changes, gaps and additions."""
    rng = np.random.default_rng(11)
    first = rng.integers(0, 4, size)
    second = np.where(rng.random(size) < 0.2, rng.integers(0, 4, size), first)
    kept = np.concatenate([second[:size // 4], second[size // 3:]])
    return first, np.concatenate([kept, rng.integers(0, 4, size // 8)])


def fill(first, second):
    """The table: its element [i, j] is the distance of the first i letters from the first j."""
    rows, columns = len(first) + 1, len(second) + 1
    table = np.zeros((rows, columns), dtype=np.int64)
    table[:, 0] = np.arange(rows)
    table[0, :] = np.arange(columns)
    for i in range(1, rows):
        letter = first[i - 1]
        for j in range(1, columns):
            best = table[i - 1, j - 1]
            if letter != second[j - 1]:
                best += 1
            if table[i - 1, j] + 1 < best:
                best = table[i - 1, j] + 1
            if table[i, j - 1] + 1 < best:
                best = table[i, j - 1] + 1
            table[i, j] = best
    return table


def way(table):
    """The cheapest way from the end of the table to its start, as two lists."""
    i, j = table.shape[0] - 1, table.shape[1] - 1
    down, across = [i], [j]
    while i > 0 or j > 0:
        here = table[i, j]
        if i > 0 and j > 0 and table[i - 1, j - 1] <= min(here, table[i - 1, j], table[i, j - 1]):
            i, j = i - 1, j - 1
        elif i > 0 and table[i - 1, j] == here - 1:
            i -= 1
        else:
            j -= 1
        down.append(i)
        across.append(j)
    return down, across


def compute(size):
    table = fill(*sequences(size))
    return (table, *way(table))


def draw(table, down, across, output):
    figure, axes = pyplot.subplots(figsize=(5, 5), layout="constrained")
    figure.colorbar(axes.imshow(table, cmap="viridis"), ax=axes, shrink=0.8)
    axes.plot(across, down, "w-", linewidth=1)
    axes.set_title("edit distance: %d" % table[-1, -1])
    figure.savefig(output, dpi=80)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=1500, help="letters of a sequence")
    parser.add_argument("--output", default="edit_distance.png", help="the picture")
    options = parser.parse_args()
    start = time.perf_counter()
    table, down, across = compute(options.size)
    seconds = time.perf_counter() - start
    draw(table, down, across, options.output)
    print("result: %.12e" % float(table.sum() + sum(down) + sum(across)))
    print("seconds: %.6f" % seconds)
