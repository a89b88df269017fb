"""A chain of springs that are not quite linear (Fermi, Pasta, Ulam and Tsingou, 1955): SciPy's
solve_ivp with a right-hand side in plain Python.

    python3 chain.py --size 32 --output chain.png

The same file runs on CPython with NumPy and SciPy and on PyPy with cpyembed.
"""

import argparse
import math
import time

try:
    import cpyembed
    cpyembed.install("numpy", "scipy", "matplotlib")
except ImportError:     # CPython: NumPy is there without it
    pass
import matplotlib
import numpy as np
from scipy.integrate import solve_ivp

matplotlib.use("agg")
from matplotlib import pyplot

ALPHA = 0.25
MODES = 4


def slope(t, y):
    """y: n places, then n speeds; both ends of the chain are fixed."""
    count = len(y) // 2
    out = np.empty(2 * count)
    stretch = y[0]
    before = stretch + ALPHA * stretch * stretch
    for i in range(count):
        stretch = (y[i + 1] if i + 1 < count else 0.0) - y[i]
        after = stretch + ALPHA * stretch * stretch
        out[i] = y[count + i]
        out[count + i] = after - before
        before = after
    return out


def energies(places, speeds):
    """The energy of the first modes at all times."""
    count = len(places)
    body = np.arange(1, count + 1)
    out = []
    for mode in range(1, MODES + 1):
        shape = math.sqrt(2.0 / (count + 1)) * np.sin(math.pi * mode * body / (count + 1))
        pace = 2.0 * math.sin(math.pi * mode / (2.0 * (count + 1)))
        out.append(0.5 * (shape @ speeds) ** 2 + 0.5 * (pace * (shape @ places)) ** 2)
    return np.array(out)


def compute(size):
    """Times, and the energy of the first modes; the first mode alone is moved at the start."""
    start = np.zeros(2 * size)
    start[:size] = np.sin(math.pi * np.arange(1, size + 1) / (size + 1))
    end = 10000.0
    solved = solve_ivp(slope, (0.0, end), start, method="RK45", rtol=1e-6, atol=1e-9,
                       t_eval=np.linspace(0.0, end, 200))
    return solved.t, energies(solved.y[:size], solved.y[size:])


def draw(times, energy, output):
    figure, axes = pyplot.subplots(figsize=(7, 4), layout="constrained")
    for mode in range(MODES):
        axes.plot(times, energy[mode], label="mode %d" % (mode + 1))
    axes.set_xlabel("time")
    axes.set_ylabel("energy")
    axes.legend()
    figure.savefig(output, dpi=80)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument("--size", type=int, default=32, help="how many bodies")
    parser.add_argument("--output", default="chain.png", help="the picture")
    options = parser.parse_args()
    start = time.perf_counter()
    times, energy = compute(options.size)
    seconds = time.perf_counter() - start
    draw(times, energy, options.output)
    print("result: %.12e" % float(energy.sum()))
    print("seconds: %.6f" % seconds)
