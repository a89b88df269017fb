#!/usr/bin/env bash
# PyPy's source in, a relocatable `pypy-cpyembed` out.  `translate.sh --help` says the rest.
# This file only finds a Python to run the driver with; the driver is the package translation/.
set -euo pipefail

self=${BASH_SOURCE[0]}
while [ -L "$self" ]; do
    target=$(readlink -- "$self")
    case $target in
        /*) self=$target ;;
        *) self=$(dirname -- "$self")/$target ;;
    esac
done
checkout=$(cd -- "$(dirname -- "$self")" && pwd -P)

for python in python3 /usr/bin/python3 python3.13 python3.12 python3.11 python3.10 python3.9; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 9))' >/dev/null 2>&1; then
        # -P and PYTHONSAFEPATH are too new for 3.9: PYTHONPATH names the driver explicitly.
        # The caller's own PYTHONPATH goes last, so that it cannot stand in for the driver.
        export PYTHONPATH=$checkout${PYTHONPATH:+:$PYTHONPATH}
        export PYTHONDONTWRITEBYTECODE=1
        exec "$python" -m translation "$@"
    fi
done
echo "translate.sh: no Python 3.9 or later found to run the build with (Debian: apt-get install python3)" >&2
exit 1
