"""`python -m cpyembed pip ...`: pip of the embedded CPython.

Where the distribution forbids installing into its CPython (PEP 668), and where PyPy itself runs
in a virtual environment, an environment of our own is made and used; `choice` finds it later.
"""

import os
import subprocess
import sys


def main(argv):
    """Run CPython's pip with `argv` (list of str); returns its exit status."""
    import cpyembed
    from cpyembed import choice
    try:
        executable = cpyembed.info()["executable"]
        used = choice.Choice(choice.ask(executable), "pip")
    except choice.UnusablePython as e:
        print("cpyembed: %s" % e, file=sys.stderr)
        return 1
    inside_venv = sys.prefix != sys.base_prefix
    installs = bool(argv) and argv[0] in ("install", "uninstall")
    if installs and (used.externally_managed or (inside_venv and not used.is_virtual)):
        executable = make_environment(used)
    environ = choice.clean_environment(os.environ)
    if subprocess.call([executable, "-m", "pip", "--version"], env=environ,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) != 0:
        status = subprocess.call([executable, "-m", "ensurepip", "--upgrade"], env=environ)
        if status != 0:
            print("cpyembed: %s has no pip (Debian: apt install python3-pip python3-venv)"
                  % executable, file=sys.stderr)
            return status
    return subprocess.call([executable, "-m", "pip"] + argv, env=environ)


def make_environment(used):
    """Make (once) the environment for the Choice `used`; returns its interpreter (str)."""
    from cpyembed import choice
    folder = choice.own_environment(used)
    executable = os.path.join(folder, "bin", "python3")
    if not os.path.exists(executable):
        print("cpyembed: %s is not to be installed into; making the environment %s"
              % (used.executable, folder), file=sys.stderr)
        subprocess.run([used.base_executable, "-m", "venv", folder], check=True,
                       env=choice.clean_environment(os.environ))
    return executable
