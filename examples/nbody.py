"""Bodies that attract each other, a pair at a time, and the paths that they take.

    python3 nbody.py --size 24 --output nbody.png

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

STEPS = 200


def pull(place, mass, force):
    """Add up in `force` how the bodies at `place` (n x 2) attract each other."""
    force.fill(0.0)
    count = len(mass)
    for i in range(count):
        for j in range(i):
            x = place[j, 0] - place[i, 0]
            y = place[j, 1] - place[i, 1]
            square = x * x + y * y + 0.01
            pull = mass[i] * mass[j] / (square * math.sqrt(square))
            force[i, 0] += pull * x
            force[i, 1] += pull * y
            force[j, 0] -= pull * x
            force[j, 1] -= pull * y


def move(place, speed, mass, force, dt):
    for i in range(len(mass)):
        for k in range(2):
            speed[i, k] += dt * force[i, k] / mass[i]
            place[i, k] += dt * speed[i, k]


def compute(size):
    """The paths of `size` bodies around a heavy one (STEPS x size x 2), and the masses."""
    rng = np.random.default_rng(7)
    angle = rng.uniform(0.0, 2.0 * math.pi, size)
    radius = rng.uniform(0.7, 3.0, size)
    place = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    speed = np.stack([-np.sin(angle), np.cos(angle)], axis=1) / np.sqrt(radius)[:, None]
    mass = rng.uniform(0.0005, 0.004, size)
    place[0], speed[0], mass[0] = 0.0, 0.0, 1.0
    force = np.zeros((size, 2))
    path = np.zeros((STEPS, size, 2))
    for turn in range(STEPS):
        pull(place, mass, force)
        move(place, speed, mass, force, 0.02)
        path[turn] = place
    return path, mass


def draw(path, mass, output):
    figure, axes = pyplot.subplots(figsize=(5, 5), layout="constrained")
    for body in range(1, len(mass)):
        axes.plot(path[:, body, 0], path[:, body, 1], linewidth=0.6, alpha=0.7)
    axes.scatter(path[-1, :, 0], path[-1, :, 1], s=4 + 4000 * np.minimum(mass, 0.02), c="black")
    axes.set_aspect("equal")
    axes.set_title("%d bodies, %d steps" % (len(mass), STEPS))
    figure.savefig(output, dpi=80)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=80, help="how many bodies")
    parser.add_argument("--output", default="nbody.png", help="the picture")
    options = parser.parse_args()
    start = time.perf_counter()
    path, mass = compute(options.size)
    seconds = time.perf_counter() - start
    draw(path, mass, options.output)
    print("result: %.12e" % float(np.abs(path).sum()))
    print("seconds: %.6f" % seconds)
