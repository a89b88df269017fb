"""What a build needs from the machine: all that is missing, told at once, by Debian package."""

import os
import shutil
import subprocess
from dataclasses import dataclass

from translation import cpython as cpythons
from translation import host as hosts
from translation import release
from translation.errors import DriverError

# Program, what for, Debian package.
PROGRAMS = (
    ("make", "compiling the C that rpython writes", "make"),
    ("pkg-config", "finding libffi, ncurses, Tcl and Tk", "pkg-config"),
    ("patch", "the patches to PyPy", "patch"),
    ("tar", "archives", "tar"),
    ("bzip2", "archives", "bzip2"),
    ("strip", "packaging", "binutils"),
    ("objcopy", "packaging", "binutils"),
)

# Header, who needs it, pkg-config name (or ""), Debian package.
# From the *_build.py of lib_pypy and from the modules of rpython/rlib and pypy/module.
HEADERS = (
    ("stdio.h", "C itself", "", "libc6-dev"),
    ("crypt.h", "crypt", "", "libcrypt-dev"),
    ("ffi.h", "ctypes, cffi", "libffi", "libffi-dev"),
    ("zlib.h", "zlib", "zlib", "zlib1g-dev"),
    ("bzlib.h", "bz2", "", "libbz2-dev"),
    ("lzma.h", "lzma", "liblzma", "liblzma-dev"),
    ("ncurses.h", "curses", "ncursesw", "libncurses-dev"),
    ("panel.h", "curses.panel", "panelw", "libncurses-dev"),
    ("expat.h", "pyexpat", "expat", "libexpat1-dev"),
    ("openssl/ssl.h", "ssl, hashlib", "openssl", "libssl-dev"),
    ("sqlite3.h", "sqlite3", "sqlite3", "libsqlite3-dev"),
    ("gdbm.h", "dbm.gnu", "", "libgdbm-dev"),
    ("tcl.h", "tkinter", "tcl", "tcl-dev"),
    ("tk.h", "tkinter", "tk", "tk-dev"),
)
EXTRA_INCLUDES = ("/usr/include/tcl", "/usr/include/tcl8.6")


@dataclass(frozen=True)
class Missing:
    """``what``: str for a person; ``package``: Debian package (str), "" where none helps;
    ``remedy``: str, what else helps."""

    what: str
    package: str
    remedy: str = ""

    def __str__(self):
        how = f"apt-get install {self.package}" if self.package else self.remedy
        return f"{self.what}\n      {how}"


def compiler():
    """The C compiler (str) that rpython will use, or None."""
    wanted = (os.environ.get("CC") or "").split()
    return shutil.which(wanted[0]) if wanted else shutil.which("cc") or shutil.which("gcc")


def missing(python_wanted, host_wanted):
    """Everything that is missing (list of Missing), and what was chosen (list of str).

    ``python_wanted``, ``host_wanted``: what --python and --host say (str or None).
    """
    found = []
    cc = compiler()
    if cc is None:
        wanted = os.environ.get("CC")
        found.append(Missing(f"a C compiler{f' (CC={wanted} is not there)' if wanted else ''}",
                             "gcc"))
    for program, purpose, package in PROGRAMS:
        if shutil.which(program) is None:
            found.append(Missing(f"{program} ({purpose})", package))
    found += [Missing(f"{header} ({purpose})", package)
              for header, purpose, package in _missing_headers(cc)]
    python = cpythons.choose(python_wanted)
    if isinstance(python, cpythons.Problem):
        found.append(Missing("a CPython to build in: " + python.message, python.package,
                             python.remedy))
        chosen = []
    else:
        chosen = [f"CPython {python.version}: {python.executable} ({python.libpython})"]
    lacks, host = _host(host_wanted)
    return found + lacks, [*chosen, *host]


def _missing_headers(cc):
    for header, purpose, module, package in HEADERS:
        flags = _pkg_config(module) + ["-I" + folder for folder in EXTRA_INCLUDES]
        if not _has_header(cc, header, flags):
            yield header, purpose, package


def _pkg_config(module):
    program = shutil.which("pkg-config")
    if not module or program is None:
        return []
    answer = subprocess.run([program, "--cflags", module], stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return answer.stdout.split() if answer.returncode == 0 else []


def _has_header(cc, header, flags):
    if cc is None:
        # Nobody to ask: the usual folders, so that the list is complete all the same.
        machine = f"/usr/include/{os.uname().machine}-linux-gnu"
        folders = ["/usr/include", machine, "/usr/local/include", *EXTRA_INCLUDES]
        return any(os.path.exists(os.path.join(folder, header)) for folder in folders)
    answer = subprocess.run([cc, *flags, "-E", "-x", "c", "-"], input=f"#include <{header}>\n",
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True)
    return answer.returncode == 0


def _host(wanted):
    """What the host lacks (list of Missing) and which it is (list of str)."""
    try:
        host = hosts.find(wanted)
    except DriverError as error:
        return [Missing(error.message, "", error.remedy)], []
    if host is not None:
        return [], [f"host: {host.implementation} 2.7, {host.executable}"]
    if hosts.can_download():
        return [], [f"host: no Python 2.7 here; {release.HOST_ARCHIVE} will be downloaded"]
    return [Missing("a Python 2.7 to run the translation", "",
                    hosts.REMEDY.format(folder="the cache's downloads/"))], []


def packages(found):
    """The Debian packages (list of str, each once) that bring what is missing."""
    return sorted({each.package for each in found if each.package})


def install(names, reporter):
    """Install Debian packages (list of str) where we may, or raise DriverError with the line."""
    line = "apt-get install " + " ".join(names)
    if shutil.which("apt-get") is None:
        raise DriverError("--install-deps knows Debian's apt-get only, which is not here",
                          "The packages are called there: " + " ".join(names))
    if os.geteuid() != 0:
        raise DriverError("--install-deps may not install packages: not root",
                          "Run: sudo " + line)
    env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    for command in (["apt-get", "update"],
                    ["apt-get", "install", "-y", "--no-install-recommends", *names]):
        reporter.note("$ " + " ".join(command))
        status = subprocess.call(command, env=env, stdin=subprocess.DEVNULL)
        # An update that fails in part (one dead source) may still be enough to install.
        if status != 0 and command[1] == "install":
            raise DriverError(f"apt-get ended with {status}", "Run by hand: " + line)


def report(found):
    """What is missing (list of Missing) as a person reads it (str)."""
    if not found:
        return "Nothing is missing."
    lines = [f"Missing: {len(found)}"]
    lines += [f"  - {each}" for each in found]
    names = packages(found)
    if names:
        lines.append("All of them at once: apt-get install " + " ".join(names)
                     if all(each.package for each in found) else
                     "What packages bring: apt-get install " + " ".join(names))
        lines.append("Or: translate.sh --install-deps")
    return "\n".join(lines)
