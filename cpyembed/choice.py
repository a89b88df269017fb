"""Which CPython is used (section 3 of the design): find it, ask it about itself, or refuse it.

The candidate is asked in a subprocess with a clean environment, and the answer is kept in the
user's cache folder, so that a later start costs one `stat`.
"""

import os
import sys

OLDEST, NEWEST = (3, 9), (3, 13)

# What the candidate is asked. It prints one line of JSON. It must run on anything that calls
# itself Python, so that each refusal can name what it found.
QUESTIONS = r"""
import json, os, sys
try:
    import sysconfig
except ImportError:
    sysconfig = None
var = sysconfig.get_config_var if sysconfig else lambda name: None
loaded = None
try:
    for line in open("/proc/self/maps"):
        name = line.rstrip("\n").split(None, 5)[-1]
        if os.path.basename(name).startswith("libpython3"):
            loaded = name
except Exception:
    pass
candidates = []
for folder in (var("LIBDIR"), os.path.join(var("LIBDIR") or "", var("MULTIARCH") or ""),
               os.path.join(getattr(sys, "base_prefix", sys.prefix), "lib"), var("LIBPL")):
    for name in (var("INSTSONAME"), var("LDLIBRARY")):
        if folder and name and ".so" in name:
            candidates.append(os.path.join(folder, name))
existing = [c for c in candidates if os.path.exists(c)]
print(json.dumps({
    "implementation": sys.implementation.name if hasattr(sys, "implementation") else "cpython",
    "executable": sys.executable,
    "version": list(sys.version_info[:3]),
    "prefix": sys.prefix,
    "exec_prefix": sys.exec_prefix,
    "base_prefix": getattr(sys, "base_prefix", sys.prefix),
    "base_exec_prefix": getattr(sys, "base_exec_prefix", sys.exec_prefix),
    "base_executable": getattr(sys, "_base_executable", sys.executable),
    "libpython": loaded or (existing[0] if existing else None),
    "libpython_wanted": candidates[0] if candidates else None,
    "include": sysconfig.get_path("include") if sysconfig else None,
    "stdlib": sysconfig.get_path("stdlib") if sysconfig else None,
    "debug": bool(var("Py_DEBUG")) or hasattr(sys, "gettotalrefcount"),
    "free_threaded": bool(var("Py_GIL_DISABLED")),
}))
"""


class UnusablePython(RuntimeError):
    """The CPython that was asked for cannot be embedded; the message says why and what to do."""


class Choice:
    """One CPython that can be embedded.

    Attributes (str unless said): executable, version (tuple of 3 ints), prefix, exec_prefix,
    base_prefix, base_exec_prefix, base_executable, libpython (real path), include, stdlib,
    source (who named it: 'configure', 'CPYEMBED_PYTHON', 'VIRTUAL_ENV', 'build' or 'PATH'),
    notes (list of str: what was passed over, and why).
    """

    __slots__ = ("executable", "version", "prefix", "exec_prefix", "base_prefix",
                 "base_exec_prefix", "base_executable", "libpython", "include", "stdlib",
                 "source", "notes")

    def __init__(self, facts, source, notes=()):
        for name in self.__slots__[:-2]:
            setattr(self, name, facts[name])
        self.version = tuple(facts["version"])
        self.libpython = os.path.realpath(facts["libpython"])
        self.source = source
        self.notes = list(notes)

    def __repr__(self):
        return "<CPython %s at %s (from %s)>" % (
            version_text(self.version), self.executable, self.source)

    @property
    def is_virtual(self):
        """Whether it is a virtual environment (bool)."""
        return self.prefix != self.base_prefix

    @property
    def externally_managed(self):
        """Whether the distribution forbids `pip install` into it (bool; PEP 668)."""
        return not self.is_virtual and os.path.exists(
            os.path.join(self.stdlib, "EXTERNALLY-MANAGED"))


def version_text(version):
    """(3, 11, 2) -> '3.11.2'."""
    return ".".join(str(n) for n in version)


def clean_environment(environ):
    """`environ` without what would steer a CPython that is only being asked."""
    return {k: v for k, v in environ.items()
            if not k.startswith(("PYTHON", "CPYEMBED_")) and k not in (
                "LD_PRELOAD", "__PYVENV_LAUNCHER__", "VIRTUAL_ENV")}


def find_executable(name, environ):
    """A name, a path of an interpreter, or the folder of an environment -> absolute path.

    Raises UnusablePython if there is no such thing.
    """
    name = os.fspath(name)
    if os.path.isdir(name):
        for relative in ("bin/python3", "bin/python"):
            path = os.path.join(name, relative)
            if os.path.exists(path):
                return os.path.abspath(path)
        raise UnusablePython("%s is a folder without bin/python3: name an interpreter or a "
                             "virtual environment" % name)
    if os.sep in name:
        if not os.path.exists(name):
            raise UnusablePython("there is no %s: name an interpreter that exists, such as "
                                 "/usr/bin/python3" % name)
        return os.path.abspath(name)
    import shutil
    path = shutil.which(name, path=environ.get("PATH", os.defpath))
    if path is None:
        raise UnusablePython("no %s on PATH: install a CPython (Debian: apt install python3 "
                             "libpython3-dev) or set CPYEMBED_PYTHON" % name)
    return os.path.abspath(path)


def ask(executable, environ=None):
    """The facts (dict) that the interpreter at `executable` tells about itself.

    Cached by path and modification time; a script (a pyenv shim) is asked every time, because
    what it leads to changes without it. Raises UnusablePython if it does not answer.
    """
    import json
    environ = os.environ if environ is None else environ
    key = cache_key(executable)
    path = None if key is None else cache_file(key)
    if path is not None:
        try:
            with open(path, encoding="utf-8") as f:
                entry = json.load(f)
            if entry["key"] == key and still_true(entry["facts"]):
                return entry["facts"]
        except (OSError, ValueError, KeyError, TypeError):
            pass
    facts = ask_subprocess(executable, environ)
    if path is not None:
        from cpyembed.paths import write_atomically
        try:
            write_atomically(path, json.dumps({"key": key, "facts": facts}))
        except OSError:
            pass  # a read-only home only costs the next start some time
    return facts


def ask_subprocess(executable, environ):
    """`ask` without the cache."""
    import json
    import subprocess
    try:
        done = subprocess.run([executable, "-E", "-s", "-c", QUESTIONS], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=60,
                              env=clean_environment(environ), cwd="/")
    except (OSError, subprocess.SubprocessError) as e:
        raise UnusablePython("%s cannot be run (%s): name another interpreter" % (executable, e))
    try:
        return json.loads(done.stdout.decode().strip().splitlines()[-1])
    except (ValueError, IndexError):
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise UnusablePython("%s does not answer as a Python does (%s): name another interpreter"
                             % (executable, " ".join(last) or "no output"))


def cache_key(executable):
    """[path, real path, times...] that change when the interpreter does; None: do not cache."""
    try:
        real = os.path.realpath(executable)
        with open(real, "rb") as f:
            if f.read(2) == b"#!":
                return None
        stat = os.stat(real)
        key = [QUESTIONS_VERSION, executable, real, stat.st_mtime_ns, stat.st_size]
        config = os.path.join(os.path.dirname(os.path.dirname(executable)), "pyvenv.cfg")
        if os.path.exists(config):
            key.append(os.stat(config).st_mtime_ns)
        return key
    except OSError:
        return None


QUESTIONS_VERSION = 1  # to be raised when QUESTIONS changes


def cache_file(key):
    """The path of the cache entry for `key`."""
    # Two that share a file overwrite each other's entry, which says whose it is: a checksum will
    # do, and importing hashlib takes PyPy longer than starting CPython.
    import binascii

    from cpyembed.paths import cache_dir
    digest = binascii.crc32(repr(key[:3]).encode("utf-8", "surrogateescape"))
    return os.path.join(cache_dir(), "choice", "%08x.json" % digest)


def still_true(facts):
    """Whether a cached answer can still be used: a libpython that came or went changes it."""
    library = facts["libpython"]
    return library is not None and os.path.exists(library)


def check(facts, linked_libpython=None):
    """Raise UnusablePython, with the reason and the remedy, if `facts` cannot be embedded."""
    name, version = facts["executable"], tuple(facts["version"])
    text = version_text(version)
    if facts["implementation"] != "cpython":
        raise UnusablePython(
            "%s is a %s, not a CPython: set CPYEMBED_PYTHON to a CPython, such as "
            "/usr/bin/python3" % (name, facts["implementation"]))
    if not OLDEST <= version[:2] <= NEWEST:
        raise UnusablePython(
            "%s is CPython %s; %s to %s can be used: set CPYEMBED_PYTHON to one of those"
            % (name, text, version_text(OLDEST), version_text(NEWEST)))
    if facts["free_threaded"]:
        raise UnusablePython("%s is a free-threaded build of CPython %s: use the ordinary build "
                             "(configured without --disable-gil)" % (name, text))
    if facts["debug"]:
        raise UnusablePython("%s is a debug build of CPython %s: use the ordinary build "
                             "(configured without --with-pydebug)" % (name, text))
    if not facts["libpython"] or not os.path.exists(facts["libpython"]):
        raise UnusablePython(no_libpython_message(facts, text))
    if linked_libpython is not None and not os.path.samefile(
            facts["libpython"], linked_libpython):
        raise UnusablePython(
            "%s has its own libpython, %s, and this PyPy is linked to %s: use the CPython of that "
            "one or a virtual environment of it, or translate again with --python %s"
            % (name, facts["libpython"], linked_libpython, facts["base_executable"]))


def no_libpython_message(facts, text):
    """Why a CPython without a shared library is refused, and what brings one."""
    short = version_text(tuple(facts["version"])[:2])
    if facts["libpython_wanted"]:  # built to have one, but the file is not installed
        return ("%s (CPython %s) has no shared libpython: %s is missing (Debian: apt install "
                "libpython%s)" % (facts["executable"], text, facts["libpython_wanted"], short))
    return ("%s (CPython %s) was built without a shared libpython: build it with "
            "--enable-shared (pyenv: PYTHON_CONFIGURE_OPTS=--enable-shared pyenv install %s), "
            "or use the distribution's (Debian: apt install python3 libpython3-dev)"
            % (facts["executable"], text, text))


def choose(configured=None, environ=None, linked_libpython=None, build_python=None):
    """The CPython to embed.

    configured: what `configure(python=)` was given (str or path; an interpreter or the folder of
        an environment), or None.
    environ: a mapping, `os.environ` if None.
    linked_libpython: on the native engine the libpython that the build is linked to.
    build_python: the interpreter found at build time, or None.

    Returns a Choice; raises UnusablePython with the reason and the remedy.
    """
    environ = os.environ if environ is None else environ

    def usable(name, source):
        executable = find_executable(name, environ)
        facts = ask(executable, environ)
        check(facts, linked_libpython)
        return Choice(facts, source)

    notes = []
    if configured is not None:
        choice = usable(configured, "configure")
    elif environ.get("CPYEMBED_PYTHON"):
        choice = usable(environ["CPYEMBED_PYTHON"], "CPYEMBED_PYTHON")
    else:
        folder = environ.get("VIRTUAL_ENV")
        choice = from_virtual_env(folder, usable, notes, environ) if folder else None
        if choice is None:
            choice = from_build_or_path(usable, environ, build_python, linked_libpython)
    choice = with_own_environment(choice, usable, notes)
    choice.notes = notes
    return choice


def with_own_environment(choice, usable, notes):
    """The environment that `python -m cpyembed pip` has made for `choice`, if there is one."""
    own = own_environment(choice)
    if choice.is_virtual or not os.path.exists(os.path.join(own, "bin", "python3")):
        return choice
    try:
        better = usable(own, choice.source)
        if os.path.samefile(better.libpython, choice.libpython):
            return better
        notes.append("the environment %s is of another CPython and is passed over" % own)
    except UnusablePython as e:
        notes.append("the environment of cpyembed's own pip is passed over: %s" % e)
    return choice


def from_virtual_env(folder, usable, notes, environ):
    """The Choice that VIRTUAL_ENV leads to, or None with the reason added to `notes`.

    The environment of a PyPy holds, once `python -m cpyembed pip` was used in it, a CPython
    environment of its own; that one counts.
    """
    try:
        return usable(folder, "VIRTUAL_ENV")
    except UnusablePython as e:
        reason = str(e)
    inner = inner_environment(folder)
    if os.path.exists(os.path.join(inner, "bin", "python3")):
        return usable(inner, "VIRTUAL_ENV")
    notes.append("VIRTUAL_ENV=%s is passed over: %s" % (folder, reason))
    return None


def from_build_or_path(usable, environ, build_python, linked_libpython):
    """The interpreter of the build if there is one, else the first usable one on PATH."""
    if build_python is not None:
        return usable(build_python, "build")
    names = ["python3"] + ["python3.%d" % n for n in range(NEWEST[1], OLDEST[1] - 1, -1)]
    names.append("/usr/bin/python3")
    reasons = []
    for name in names:
        try:
            return usable(name, "PATH")
        except UnusablePython as e:
            reasons.append(str(e))
    told = [r for r in reasons if not r.startswith("no python3.")]
    raise UnusablePython("no CPython that can be used: " + "; ".join(dict.fromkeys(told)))


def inner_environment(folder):
    """Where the CPython environment lies that belongs to the PyPy environment `folder`."""
    return os.path.join(folder, "cpyembed-python")


def own_environment(choice):
    """Where `python -m cpyembed pip` makes an environment for a CPython it may not install into.

    Inside the virtual environment that PyPy itself runs in, else in the user's data folder.
    """
    if sys.prefix != sys.base_prefix:
        return inner_environment(sys.prefix)
    import hashlib

    from cpyembed.paths import data_dir
    digest = hashlib.sha256(choice.libpython.encode()).hexdigest()[:8]
    return os.path.join(data_dir(), "python%s-%s" % (version_text(choice.version[:2]), digest))
