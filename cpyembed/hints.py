"""Sentences for the first hour: what to do when something is missing."""

import shlex


def install_command(name):
    """The command (str) that installs the distribution of the module `name` on CPython's side."""
    import sys
    launch = sys.modules.get("cpyembed.preload.launch")     # sys.executable is a launcher there
    executable = (launch and launch.original_executable) or sys.executable or "pypy3"
    distribution = DISTRIBUTIONS.get(name.partition(".")[0], name.partition(".")[0])
    return "%s -m cpyembed pip install %s" % (shlex.quote(executable), distribution)


# Modules whose distribution has another name.
DISTRIBUTIONS = {
    "sklearn": "scikit-learn", "PIL": "pillow", "cv2": "opencv-python", "yaml": "pyyaml",
    "skimage": "scikit-image", "bs4": "beautifulsoup4", "gi": "PyGObject", "dateutil":
    "python-dateutil", "serial": "pyserial", "OpenSSL": "pyOpenSSL", "Crypto": "pycryptodome",
}


def missing_module(name, executable, notes=()):
    """The end of the message of a ModuleNotFoundError for `name` on CPython's side (str)."""
    text = "in the CPython at %s; install it there with: %s" % (executable, install_command(name))
    for note in notes:
        text += " (%s)" % note
    return text
