"""A plate that a burner heats: four kinds of border in plain loops, then the spectrum by an FFT.

    python3 heat.py --size 128 --output heat.png

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


def step(old, new, hole):
    """One step of the heat equation: the left side is cold, the right one insulates, top and bottom
    are one line, and the rim of the hole keeps what it is given."""
    rows, columns = old.shape
    for i in range(rows):
        above = i - 1 if i > 0 else rows - 1
        below = i + 1 if i + 1 < rows else 0
        for j in range(columns):
            here = old[i, j]
            if hole[i, j]:
                new[i, j] = here
                continue
            left = old[i, j - 1] if j > 0 else 0.0
            right = old[i, j + 1] if j + 1 < columns else here
            up = here if hole[above, j] else old[above, j]
            down = here if hole[below, j] else old[below, j]
            new[i, j] = here + 0.2 * (left + right + up + down - 4.0 * here)
    for j in range(columns // 16, columns - columns // 16):
        new[rows // 16, j] = 1.0    # the burner


def compute(size):
    """The plate after `size` steps, and the strength of its waves."""
    y, x = np.mgrid[0:size, 0:size] / size
    hole = (x - 0.6) ** 2 + (y - 0.2) ** 2 < 0.015
    old, new = np.zeros((size, size)), np.zeros((size, size))
    for _ in range(size):
        step(old, new, hole)
        old, new = new, old
    return old, np.abs(np.fft.fftshift(np.fft.fft2(old)))


def draw(plate, waves, output):
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(9, 4), layout="constrained")
    figure.colorbar(left.imshow(plate, cmap="inferno"), ax=left)
    left.set_title("temperature")
    figure.colorbar(right.imshow(np.log10(waves + 1e-6), cmap="viridis"), ax=right)
    right.set_title("log10 of the spectrum")
    figure.savefig(output, dpi=80)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=128, help="rows, columns and steps")
    parser.add_argument("--output", default="heat.png", help="the picture")
    options = parser.parse_args()
    start = time.perf_counter()
    plate, waves = compute(options.size)
    seconds = time.perf_counter() - start
    draw(plate, waves, options.output)
    print("result: %.12e" % float(plate.sum() + waves.sum()))
    print("seconds: %.6f" % seconds)
