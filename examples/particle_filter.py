"""A particle filter: where is it, if all that is heard of it is a noisy distance?

    python3 particle_filter.py --size 5000 --output particle_filter.png

The same file runs on CPython with NumPy and on PyPy with cpyembed.
"""

import argparse
import math
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

STEPS = 60
TURN, NOISE, ERROR = 0.15, 0.1, 0.2     # of the motion; of what is heard


def heard(x, y):
    """The distance to the nearer one of two posts."""
    return math.sqrt(min((x - 4.0) ** 2 + y * y, x * x + (y - 5.0) ** 2))


def weigh(x, y, shake, distance, weight):
    """Move the particles, and weigh each by how well it explains the distance."""
    total = 0.0
    cos, sin = math.cos(TURN), math.sin(TURN)
    for i in range(len(x)):
        x[i], y[i] = (cos * x[i] - sin * y[i] + NOISE * shake[i, 0],
                      sin * x[i] + cos * y[i] + NOISE * shake[i, 1])
        off = (heard(x[i], y[i]) - distance) / ERROR
        weight[i] = math.exp(-0.5 * off * off) + 1e-12
        total += weight[i]
    for i in range(len(x)):
        weight[i] /= total


def choose(weight, first, chosen):
    """Systematic resampling: which particle each new one is a copy of."""
    count = len(weight)
    reached, i = weight[0], 0
    for k in range(count):
        while reached < (k + first) / count and i + 1 < count:
            i += 1
            reached += weight[i]
        chosen[k] = i


def compute(size):
    """The true path, the path that the filter finds, the last particles."""
    rng = np.random.default_rng(3)
    true, found = np.zeros((STEPS, 2)), np.zeros((STEPS, 2))
    x, y = rng.normal(0.0, 3.0, size), rng.normal(0.0, 3.0, size)
    weight, chosen = np.zeros(size), np.zeros(size, dtype=np.int64)
    for turn in range(STEPS):
        true[turn] = 3.0 * math.cos(TURN * turn), 3.0 * math.sin(TURN * turn)
        distance = heard(true[turn, 0], true[turn, 1]) + ERROR * rng.normal()
        weigh(x, y, rng.normal(size=(size, 2)), distance, weight)
        found[turn] = np.dot(weight, x), np.dot(weight, y)
        choose(weight, rng.uniform(), chosen)
        x, y = x[chosen], y[chosen]
    return true, found, x, y


def draw(true, found, x, y, output):
    figure, axes = pyplot.subplots(figsize=(5, 5), layout="constrained")
    axes.plot(x, y, ".", markersize=1, alpha=0.3, label="particles at the end")
    axes.plot(true[:, 0], true[:, 1], "k-", label="true path")
    axes.plot(found[:, 0], found[:, 1], "r.-", linewidth=0.7, label="found")
    axes.plot([4.0, 0.0], [0.0, 5.0], "^", color="green", label="posts")
    axes.set_aspect("equal")
    axes.legend(loc="lower left")
    figure.savefig(output, dpi=80)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=10000, help="how many particles")
    parser.add_argument("--output", default="particle_filter.png", help="the picture")
    options = parser.parse_args()
    start = time.perf_counter()
    true, found, x, y = compute(options.size)
    seconds = time.perf_counter() - start
    draw(true, found, x, y, options.output)
    print("result: %.12e" % float(np.abs(found).sum()))
    print("seconds: %.6f" % seconds)
