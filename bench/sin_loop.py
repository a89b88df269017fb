"""`s += sin(float(i))`, the loop that is timed: on CPython with its own math, elsewhere with
CPython's through cpyembed. Prints nanoseconds a turn and the sum."""

import sys
import time

if sys.implementation.name == "cpython":
    import math
else:
    import cpyembed
    math = cpyembed.import_module("math")


def loop(n):
    sin = math.sin
    total = 0.0
    for i in range(n):
        total += sin(float(i))
    return total


def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 1000000
    loop(20000)             # compiled by then, where there is a compiler
    start = time.perf_counter()
    total = loop(n)
    print("%.2f %.12g" % ((time.perf_counter() - start) * 1e9 / n, total))


if __name__ == "__main__":
    main()
