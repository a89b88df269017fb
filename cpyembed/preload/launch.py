"""Getting libpython ahead of libpypy, and telling whether it is.

Both libraries export names such as PyType_GetFlags; CPython's extension modules must find
libpython's. So PyPy is started again through the dynamic loader with `--preload`, which needs no
environment variable that children could inherit. (With a glibc before 2.33, LD_PRELOAD, taken out
of the environment again at the start.)
"""

import os
import sys

MARK = "CPYEMBED_RESTARTED"       # which CPython the restart was made for
OLD_PRELOAD = "CPYEMBED_OLD_PRELOAD"  # LD_PRELOAD as it was, when LD_PRELOAD was used
original_executable = sys.executable
chosen_at_restart = None           # executable that MARK named, if this process was restarted
told_at_restart = ("PATH", [])     # where the choice came from, and its notes


def has_cpyext():
    """Whether this PyPy carries cpyext, whose names would hide libpython's (bool)."""
    return "cpyext" in sys.builtin_module_names


def preloaded_libpython():
    """The path (str) of the libpython that is ahead of libpypy in this process, or None."""
    import _cffi_backend as b
    char_p = b.new_pointer_type(b.new_primitive_type("char"))
    void_p = b.new_pointer_type(b.new_void_type())
    int_t = b.new_primitive_type("int")
    names = b.load_library(None, 0)
    found_t = b.new_function_type((void_p, b.new_pointer_type(char_p)), int_t, False)
    try:
        function = names.load_function(void_p, "PyType_GetFlags")
        dladdr = names.load_function(found_t, "dladdr")
    except (AttributeError, KeyError):
        return None
    found = b.newp(b.new_array_type(b.new_pointer_type(char_p), 4), None)
    if not dladdr(b.cast(void_p, function), found) or not found[0]:
        return None
    name = b.string(found[0]).decode(sys.getfilesystemencoding(), "surrogateescape")
    return os.path.realpath(name) if os.path.basename(name).startswith("libpython") else None


def command_for(name="SCRIPT"):
    """The command to use instead, for messages (str)."""
    return "%s -m cpyembed %s" % (original_executable or "pypy3", name)


def check_process():
    """Raise ImportError, naming the command, if CPython cannot be loaded into this process."""
    if "__pypy__" not in sys.builtin_module_names:
        raise ImportError("cpyembed puts CPython inside PyPy; this is %s: run it with pypy3"
                          % sys.implementation.name)
    if not has_cpyext() or preloaded_libpython() or started_as_command():
        return
    raise ImportError("cpyembed needs CPython's library loaded ahead of PyPy's: start the program "
                      "with `%s` instead" % command_for(guess_program()))


def guess_program():
    """The words (str) that started this program, for an error message."""
    argv0 = sys.argv[0] if getattr(sys, "argv", None) else ""
    if argv0 == "-c":
        return "-c CODE"
    if argv0.endswith("__main__.py"):
        return "-m %s" % os.path.basename(os.path.dirname(argv0))
    return argv0 if argv0 not in ("", "-", "-m") else "SCRIPT"


def command_line():
    """The words (list of bytes) of this process's command line, word 0 included."""
    with open("/proc/self/cmdline", "rb") as f:
        return f.read().split(b"\0")[:-1]


def started_as_command():
    """Whether this is `python -m cpyembed` on its way to its `main` (bool)."""
    if sys.argv[:1] != ["-m"]:
        return False
    words = command_line()
    pairs = zip(words, words[1:])
    return b"-mcpyembed" in words or (b"-m", b"cpyembed") in pairs


def restart_if_needed():
    """Replace this process by one with libpython ahead; returns if it is so already."""
    if not has_cpyext():
        return
    if preloaded_libpython():
        arrive()
        return
    from cpyembed.choice import UnusablePython, choose
    if os.environ.get(MARK):
        sys.exit("cpyembed: PyPy was started again with libpython preloaded, and it is not there")
    try:
        choice = choose()
    except UnusablePython as e:
        sys.exit("cpyembed: %s" % e)
    environ = dict(os.environ)
    environ[MARK] = "\n".join([choice.executable, choice.source] + choice.notes)
    command = loader_command(choice.libpython, original_executable)
    if command is None:
        command = [original_executable]
        environ[OLD_PRELOAD] = environ.get("LD_PRELOAD", "")
        environ["LD_PRELOAD"] = (choice.libpython + " " + environ[OLD_PRELOAD]).strip()
    sys.stdout.flush()
    sys.stderr.flush()
    arguments = [os.fsencode(word) for word in command] + command_line()[1:]
    os.execve(command[0], arguments, environ)


def arrive():
    """What a process with libpython ahead does first: clean the environment, guard the rest."""
    global chosen_at_restart, told_at_restart
    if os.environ.get(MARK):
        chosen_at_restart, source, *notes = os.environ.pop(MARK).split("\n")
        told_at_restart = (source, notes)
    if OLD_PRELOAD in os.environ:
        old = os.environ.pop(OLD_PRELOAD)
        if old:
            os.environ["LD_PRELOAD"] = old
        else:
            os.environ.pop("LD_PRELOAD", None)
    from cpyembed.extensions import refuse_cpyext
    refuse_cpyext()
    point_children_here()


def source_at_restart():
    """(source, notes) of the Choice that this process was restarted for."""
    return told_at_restart[0], list(told_at_restart[1])


def loader_command(libpython, executable):
    """[loader, options..., executable] that starts PyPy with libpython ahead; None if too old."""
    loader = program_interpreter(executable)
    if loader is None or glibc_version() < (2, 33):
        return None
    return [loader, "--preload", libpython, "--argv0", executable, executable]


def glibc_version():
    """(2, 36), or (0, 0) where the C library is another."""
    try:
        name, _, number = os.confstr("CS_GNU_LIBC_VERSION").partition(" ")
        return tuple(int(n) for n in number.split(".")[:2])
    except (ValueError, OSError, AttributeError):
        return (0, 0)


def program_interpreter(executable):
    """The dynamic loader (str) that the ELF file `executable` names, or None."""
    import struct
    try:
        with open(executable, "rb") as f:
            head = f.read(64)
            if head[:5] != b"\x7fELF\x02":
                return None
            table, = struct.unpack_from("<Q", head, 32)
            size, count = struct.unpack_from("<HH", head, 54)
            for index in range(count):
                f.seek(table + index * size)
                entry = f.read(size)
                if struct.unpack_from("<I", entry)[0] == 3:  # PT_INTERP
                    offset, = struct.unpack_from("<Q", entry, 8)
                    length, = struct.unpack_from("<Q", entry, 32)
                    f.seek(offset)
                    return f.read(length).rstrip(b"\0").decode()
    except (OSError, struct.error, UnicodeDecodeError):
        pass
    return None


def point_children_here():
    """Make `sys.executable` a launcher, so that spawned interpreters find the engine again."""
    import hashlib
    import shlex

    from cpyembed.paths import cache_dir, write_atomically
    libpython = preloaded_libpython()
    command = loader_command(libpython, original_executable)
    if command is None or sys.executable != original_executable:
        return
    text = '#!/bin/sh\nexec %s "$@"\n' % " ".join(shlex.quote(word) for word in command)
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    path = os.path.join(cache_dir(), "launch", digest, os.path.basename(original_executable))
    try:
        if not os.path.exists(path):
            write_atomically(path, text, 0o755)
    except OSError:
        return  # children will have to be started with `-m cpyembed`
    sys.executable = path
    if "multiprocessing.spawn" in sys.modules:
        sys.modules["multiprocessing.spawn"].set_executable(path)
