"""A CPython in another process, called through a pipe: what one does without cpyembed.

    pypy3 pipe.py TRANSPORT PYTHON SECONDS WARM CAP WORK...

TRANSPORT: "execnet", pickles through a channel of execnet's; or "memory", pickles and arrays in
memory that both processes have mapped (multiprocessing.shared_memory), a pipe for the messages.
PYTHON: the CPython. The rest, and what is printed, as in worker.py.
"""

import array
import os
import pickle
import subprocess
import sys
from multiprocessing import connection, shared_memory

FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, FOLDER)
SMALL = 65536       # what is no larger goes through the pipe itself


# ______________________________________________________________________
# Both sides


class Failed(Exception):
    """What the other side raised."""


class Server:
    """The CPython side: runs functions of peer.py."""

    def __init__(self, transport):
        import peer
        self.peer = peer
        self.transport = transport
        self.objects = {}
        self.made = 0

    def serve(self):
        while True:
            request = self.transport.receive()
            if request is None:
                return
            name, words = request
            try:
                answer = True, self.answer(name, words)
            except Exception as problem:
                answer = False, "%s: %s" % (type(problem).__name__, problem)
            try:
                self.transport.send(answer)
            except RecursionError as problem:       # of pickle, for a value that is too deep
                self.transport.send((False, str(problem)))

    def answer(self, name, words):
        if name == "new":       # an object stays here, and a number for it goes across
            self.made += 1
            self.objects[self.made] = self.peer.new()
            return self.made
        if name == "drop":
            return self.objects.pop(words[0]) is None
        if name == "bytes":
            return self.peer.give().tobytes()
        if name in ("call", "call_many"):
            return getattr(self.peer, name)(self.back, *words)
        return getattr(self.peer, name)(*words)

    def back(self, *words):
        """What CPython's code calls, and the other process runs."""
        self.transport.send((None, words))
        return self.transport.receive()


def call(transport, name, *words, callback=None):
    transport.send((name, words))
    while True:
        good, value = transport.receive()
        if good is None:
            transport.send(callback(*value))
        elif good:
            return value
        else:
            raise Failed(value)


# ______________________________________________________________________
# The transports


class Execnet:
    """Pickles, as bytes through an execnet channel."""

    def __init__(self, channel):
        self.channel = channel

    def send(self, value):
        self.channel.send(pickle.dumps(value, 4))

    def receive(self):
        return pickle.loads(self.channel.receive())

    def end(self):
        self.channel.waitclose(5)


def to_execnet(python):
    import execnet
    gateway = execnet.makegateway("popen//python=%s" % python)
    channel = gateway.remote_exec(
        "import sys; sys.path.insert(0, %r)\n"
        "import pipe\n"
        "pipe.Server(pipe.Execnet(channel)).serve()" % os.path.dirname(os.path.abspath(__file__)))
    return Execnet(channel)


class Memory:
    """A pipe for small messages; a larger pickle, and an array, lie in shared memory, and their
    place goes through the pipe."""

    def __init__(self, pipe, child=None):
        self.pipe = pipe
        self.child = child
        self.own = shared_memory.SharedMemory(create=True, size=1 << 20)
        self.blocks = {}

    def send(self, value):
        data = pickle.dumps(value, 4)
        if len(data) <= SMALL:
            self.pipe.send_bytes(b"s" + data)
            return
        if len(data) > self.own.size:
            self.own.close()
            self.own.unlink()
            self.own = shared_memory.SharedMemory(create=True, size=2 * len(data))
        self.own.buf[:len(data)] = data
        self.pipe.send_bytes(b"m" + pickle.dumps((self.own.name, len(data))))

    def receive(self):
        message = self.pipe.recv_bytes()
        if message[:1] == b"s":
            return pickle.loads(message[1:])
        name, size = pickle.loads(message[1:])
        if name not in self.blocks:
            for block in self.blocks.values():
                block.close()
            self.blocks = {name: attached(name)}
        return pickle.loads(bytes(self.blocks[name].buf[:size]))

    def end(self):
        if self.child:
            self.child.wait()
        for block in self.blocks.values():
            block.close()
        self.own.close()
        self.own.unlink()


def attached(name):
    """A SharedMemory that the other process has made and will unlink."""
    block = shared_memory.SharedMemory(name)
    from multiprocessing import resource_tracker
    resource_tracker.unregister(block._name, "shared_memory")
    return block


class Named:
    """An array in shared memory, as it crosses: its block's name and size."""

    def __init__(self, name, size):
        self.name, self.size = name, size


def to_memory(python):
    ours, theirs = connection.Pipe()
    child = subprocess.Popen(
        [python, os.path.abspath(__file__), "serve", str(theirs.fileno())],
        pass_fds=[theirs.fileno()])
    theirs.close()
    return Memory(ours, child)


class MemoryServer(Server):
    """As Server, with arrays in shared memory."""

    block = None

    def answer(self, name, words):
        if words and isinstance(words[0], Named):
            block = attached(words[0].name)
            try:
                import numpy
                values = numpy.frombuffer(block.buf, float, words[0].size)
                size = getattr(self.peer, name)(values)
                del values
                return size
            finally:
                block.close()
        if name == "keep" and words[0] == "array":
            self.let_go()
            self.block = shared_memory.SharedMemory(create=True, size=8 * words[1] or 8)
            self.peer._kept["value"] = Named(self.block.name, words[1])
            return None
        return Server.answer(self, name, words)

    def let_go(self):
        if self.block:
            self.block.close()
            self.block.unlink()
            self.block = None


# ______________________________________________________________________
# The works


def works(transport):
    """{work: function}, as in works/."""
    import functools

    from works import crossing
    ask = functools.partial(call, transport)
    shared = isinstance(transport, Memory)

    def sent(name, value):
        return lambda: ask(name, value)

    def flat(values):
        return lambda: ask("doubles", values.tobytes())

    def arguments():
        for count in (0, 1, 2, 4, 8):
            yield str(count), crossing.counted(
                lambda words=(7,) * count: ask("nothing", *words) is not None)

    def kinds():
        for label, value in [
                ("None", None), ("bool", True), ("int", 12), ("int of 100 digits", 10 ** 99),
                ("float", 1.5), ("complex", 1.5j), ("str of 10", "abcdefghij"),
                ("bytes of 10", b"abcdefghij"), ("tuple of 3", (1, 2, 3)), ("list of 3", [1, 2, 3]),
                ("dict of 3", {"a": 1, "b": 2, "c": 3})]:
            yield label, crossing.counted(
                lambda value=value: ask("nothing", value) is not None)

    def to(kind):
        for size in crossing.SIZES:
            yield size, crossing.counted(sent("length", crossing.made(kind, size)))

    def back(kind):
        for size in crossing.SIZES:
            ask("keep", kind, size)
            yield size, crossing.counted(lambda: len(ask("give")))

    def array_to():
        for length in crossing.DOUBLES:
            if shared:
                block = shared_memory.SharedMemory(create=True, size=8 * length or 8)
                yield 8 * length, crossing.counted(sent("doubles", Named(block.name, length)))
                block.close()
                block.unlink()
            else:
                zeros = array.array("d", [0.0]) * length
                yield 8 * length, crossing.counted(flat(zeros))

    def array_from():
        for length in crossing.DOUBLES:
            ask("keep", "array", length)
            if shared:
                def attach():
                    named = ask("give")
                    block = attached(named.name)
                    view = block.buf.cast("d")
                    size = named.size if len(view) >= named.size else -1
                    view.release()
                    block.close()
                    return size
                yield 8 * length, crossing.counted(attach)
            else:
                yield 8 * length, crossing.counted(lambda: len(array.array("d", ask("bytes"))))
        ask("keep", "array", 0)

    def callbacks():
        yield "one float", lambda turns: ask("call", turns, callback=lambda x: x * x - 0.3 * x)
        yield "eight floats", lambda turns: ask(
            "call_many", turns, callback=lambda a, b, c, d, e, f, g, h: a + h)

    def exceptions():
        def caught(turns):
            for _ in range(turns):
                try:
                    ask("fails")
                except Failed:
                    pass
            return 1
        yield "raised there, caught here", caught

    def references():
        live = []
        for count in (1, 10, 100, 1000, 10000, 100000, 1000000, 10000000):
            while len(live) < count:
                live.append(ask("new"))
            yield count, crossing.counted(lambda: ask("drop", ask("new")))

    def nesting_to():
        for levels in (1, 10, 100, 500):
            value = []
            for _ in range(levels):
                value = [value]
            yield str(levels), crossing.counted(sent("depth", value))

    def nesting_from():
        for levels in (1, 10, 100, 500):
            ask("keep", "nested", levels)
            yield str(levels), crossing.counted(lambda: len(ask("give")))

    found = {"arguments": arguments, "kinds": kinds, "array-to": array_to, "array-from": array_from,
             "callbacks": callbacks, "exceptions": exceptions, "references": references,
             "nesting-to": nesting_to, "nesting-from": nesting_from,
             "import-numpy": lambda: imported(ask)}
    for kind in ("str", "list", "dict"):
        found[kind + "-to"] = functools.partial(to, kind)
        found[kind + "-from"] = functools.partial(back, kind)
    return found


def imported(ask):
    ask("keep", "array", 1)
    return iter(())


def serve(number):
    """The other process of the shared memory: `number` (int) is its end of the pipe."""
    transport = Memory(connection.Connection(number))
    try:
        server = MemoryServer(transport)
        server.serve()
        server.let_go()
    except EOFError:
        pass
    transport.end()


def main():
    if sys.argv[1] == "serve":
        serve(int(sys.argv[2]))
        return
    import worker
    transport = (to_execnet if sys.argv[1] == "execnet" else to_memory)(sys.argv[2])
    worker.WORK.clear()
    worker.WORK.update(works(transport))
    worker.run(sys.argv[3:])
    transport.send(None)
    transport.end()


if __name__ == "__main__":
    # Under its own name: what is pickled here must be found by it on the other side.
    import pipe
    pipe.main()
