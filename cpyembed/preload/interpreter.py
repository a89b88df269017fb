"""Start, configure and stop the embedded CPython."""

import os
import sys

from cpyembed.preload import capi, gil, launch

configured = {"python": None, "argv": None}
choice = None
started = False
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3         # of malloc.h
CONFIG_SIZE = 4096          # more than any PyConfig; CPython fills in what is its own


def configure(python=None, argv=None):
    """Say which CPython, and what its sys.argv is, before the first use.

    python: str or path, an interpreter or the folder of an environment. argv: list of str.
    RuntimeError once CPython runs.
    """
    if started:
        raise RuntimeError("CPython runs already: call cpyembed.configure() before the first use")
    if python is not None:
        configured["python"] = os.fspath(python)
    if argv is not None:
        configured["argv"] = [str(word) for word in argv]


def find():
    """The Choice, made once (again if `configure` has said otherwise meanwhile)."""
    from cpyembed.choice import UnusablePython, choose
    ahead = launch.preloaded_libpython()
    wanted = configured["python"] or (ahead and launch.chosen_at_restart)
    try:
        found = choose(wanted, linked_libpython=ahead)
        if wanted != configured["python"]:
            found.source, found.notes = launch.source_at_restart()
        return found
    except UnusablePython as e:
        if ahead and "is linked to" in str(e):
            raise UnusablePython(
                "this process was started with %s, and that does not go with another CPython: "
                "start it with CPYEMBED_PYTHON=%s instead" % (
                    ahead, wanted or os.environ.get("CPYEMBED_PYTHON"))) from e
        raise


def start():
    """Start CPython if it does not run. RuntimeError on another thread than PyPy's main one."""
    global choice, started
    if started:
        return
    if gil.stopping:
        raise RuntimeError("CPython has ended in this process")
    if not on_main_thread():
        raise RuntimeError("CPython starts on PyPy's main thread: call cpyembed.start() there "
                           "before this thread uses it")
    if launch.has_cpyext() and not launch.preloaded_libpython():
        raise ImportError("cpyembed needs CPython's library loaded ahead of PyPy's: start the "
                          "program with `%s` instead" % launch.command_for())
    choice = find()
    capi.load(choice.libpython, choice.version)
    if not capi.lib.Py_IsInitialized():
        keep_memory()
        initialize()
    started = True
    gil.start_watching()
    from cpyembed.preload import setup
    setup.run()
    gil.leave()


def on_main_thread():
    """Whether this is PyPy's main thread (bool)."""
    import threading
    return threading.current_thread() is threading.main_thread()


def keep_memory():
    """Have the C library keep freed memory, up to 160 MB, instead of giving it back to the system
    at once: getting it again costs more than what is done with it. A user's own say counts."""
    if not any(name in os.environ for name in (
            "GLIBC_TUNABLES", "MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_")):
        try:
            mallopt = capi.lib.mallopt
        except AttributeError:      # another C library than glibc
            return
        mallopt(M_MMAP_THRESHOLD, 32 << 20)
        mallopt(M_TRIM_THRESHOLD, 160 << 20)


def initialize():
    """Py_InitializeFromConfig, as if the chosen CPython's own `python` had been started."""
    ffi, lib = capi.ffi, capi.lib
    config = ffi.new("char[]", CONFIG_SIZE)
    lib.PyConfig_InitPythonConfig(config)
    keep = []

    def set_string(name, value):
        field = field_of(config, name)
        text = ffi.new("char[]", os.fsencode(value))
        keep.append(text)
        check(lib.PyConfig_SetBytesString(config, field, text))
    old = {}
    try:
        # PYTHON* variables are PyPy's own. They are hidden for the start, for os.environ of
        # CPython's side is a copy made at the import of os.
        for name in list(os.environ):
            if name.startswith("PYTHON") and name != "PYTHONDONTWRITEBYTECODE":
                old[name] = os.environ.pop(name)
        if os.environ.get("CPYEMBED_PYTHONPATH"):
            os.environ["PYTHONPATH"] = os.environ["CPYEMBED_PYTHONPATH"]
        os.environ["PYTHONCOERCECLOCALE"] = "0"
        set_ints(config)
        set_string("program_name", choice.executable)
        check(lib.Py_InitializeFromConfig(config))
    finally:
        os.environ.pop("PYTHONCOERCECLOCALE", None)
        os.environ.pop("PYTHONPATH", None)
        os.environ.update(old)
        lib.PyConfig_Clear(config)


def check(status):
    """Raise RuntimeError for a PyStatus that is an error."""
    if status.type == 0:
        return
    message = status.err_msg
    text = capi.ffi.string(message).decode(errors="replace") if message else "no reason given"
    raise RuntimeError("CPython at %s does not start: %s" % (choice.executable, text))


def field_of(config, name):
    """The address of a field of PyConfig."""
    from cpyembed.preload.pyconfig import offset
    return config + offset(capi.version, name)


def set_ints(config):
    """No signal handlers of its own, no command line parsing, no use of PyPy's sys.argv."""
    for name in ("install_signal_handlers", "parse_argv"):
        capi.ffi.cast("int *", field_of(config, name))[0] = 0


def info():
    """What runs where: a dict of str with engine, cpython (its version), executable, prefix,
    libpython, source (what named this CPython), and notes where a candidate was passed over."""
    chosen = choice or find()
    from cpyembed.choice import version_text
    facts = {"engine": "preload", "cpython": version_text(chosen.version),
             "executable": chosen.executable, "prefix": chosen.prefix,
             "libpython": chosen.libpython, "source": chosen.source}
    if chosen.notes:
        facts["notes"] = "; ".join(chosen.notes)
    return facts


def stop():
    """At PyPy's exit: close the gate, run CPython's own end, flush; CPython's memory stays.

    Py_FinalizeEx is not called: it would pull the memory from under objects that PyPy still
    holds. What a program can see of it is run here: threads joined, atexit, buffers flushed.
    """
    if not started or gil.stopping:
        return
    from cpyembed.preload import setup
    gil.enter()
    try:
        setup.run_exit_functions()
    finally:
        gil.stopping.append(True)
        gil.closed[0] = True    # and the GIL is kept for good, so CPython's threads stand still
        sys.stdout.flush()
        sys.stderr.flush()
