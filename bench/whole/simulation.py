"""A shop with several tills, simulated event by event in plain Python; pandas groups what came out.

    python3 simulation.py --size 60000

The same file runs on CPython and on PyPy with cpyembed.
"""

import argparse
import heapq
import math
import time

try:
    import cpyembed
    cpyembed.install("pandas")
except ImportError:     # CPython
    pass
import pandas


class Numbers:
    """The same numbers on every interpreter."""

    def __init__(self, seed):
        self.state = seed

    def number(self):
        """Between 0 and 1."""
        self.state = (self.state * 1103515245 + 12345) % 2147483648
        return (self.state + 0.5) / 2147483648.0

    def time(self, mean):
        return -mean * math.log(self.number())


class Customer:
    """Who comes, buys, waits and pays."""

    def __init__(self, number, arrival, articles):
        self.number, self.arrival, self.articles = number, arrival, articles
        self.till = self.begun = self.gone = None


class Till:
    """A queue, and who is served."""

    def __init__(self, number, speed):
        self.number, self.speed = number, speed
        self.queue, self.busy = [], False


class Shop:
    """The events, by time: (time, number, what happens, to whom)."""

    def __init__(self, customers):
        self.numbers = Numbers(42)
        self.tills = [Till(i, 1.0 + 0.15 * i) for i in range(6)]
        self.events, self.count = [], 0
        self.left, self.served = customers, []
        self.later(0.0, self.arrives, None)

    def later(self, at, what, whom):
        self.count += 1
        heapq.heappush(self.events, (at, self.count, what, whom))

    def arrives(self, now, _):
        articles = 1 + int(self.numbers.time(11.0))
        customer = Customer(self.left, now, articles)
        self.later(now + self.numbers.time(3.0 * articles), self.queues, customer)
        self.left -= 1
        if self.left:
            rush = 1.0 + 0.6 * math.sin(now / 7200.0)
            self.later(now + self.numbers.time(14.0 / rush), self.arrives, None)

    def queues(self, now, customer):
        till = min(self.tills, key=lambda one: (len(one.queue) + one.busy) * one.speed)
        customer.till = till
        till.queue.append(customer)
        if not till.busy:
            self.next_one(now, till)

    def next_one(self, now, till):
        till.busy = bool(till.queue)
        if till.busy:
            customer = till.queue.pop(0)
            customer.begun = now
            work = till.speed * (15.0 + 3.5 * customer.articles) + self.numbers.time(6.0)
            self.later(now + work, self.goes, customer)

    def goes(self, now, customer):
        customer.gone = now
        self.served.append(customer)
        self.next_one(now, customer.till)

    def run(self):
        while self.events:
            now, _, what, whom = heapq.heappop(self.events)
            what(now, whom)
        return self.served


def grouped(served):
    """Waiting by till and hour."""
    frame = pandas.DataFrame({
        "till": [one.till.number for one in served],
        "hour": [int(one.arrival // 3600) for one in served],
        "waited": [one.begun - one.arrival for one in served],
        "articles": [one.articles for one in served],
    })
    return frame.groupby(["till", "hour"]).agg({"waited": ["mean", "max"], "articles": "sum"})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=60000, help="how many customers")
    parser.add_argument("--output", default="", help="not used: there is no picture")
    options = parser.parse_args()
    begin = time.perf_counter()
    table = grouped(Shop(options.size).run())
    seconds = time.perf_counter() - begin
    articles = float(table["articles"].sum().sum())
    print("result: %.12e" % (float(table["waited"]["mean"].sum()) + articles))
    print("seconds: %.6f" % seconds)
