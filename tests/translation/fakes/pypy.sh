#!/bin/bash
# Plays the built pypy for the smoke test.  FAKE_SMOKE names the step that goes wrong.
case "$*" in
*importlib.import_module*)
    if [ "$FAKE_SMOKE" = imports ]; then echo "not importable: lzma"; exit 1; fi
    echo "$0" > "$FAKE_STATE/smoke-ran"
    echo "all there" ;;
"-m cpyembed info")
    if [ "$FAKE_SMOKE" = info ]; then echo "CPython 9.9.9"; else echo "CPython $FAKE_PYTHON_VERSION"; fi ;;
"-m venv "*)
    mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
*"'PREFIX'"*)
    echo "PREFIX $(cd "$(dirname "$0")/.." && pwd)" ;;
*"pip install"*six)
    if [ "$FAKE_SMOKE" = offline ]; then echo "Failed to establish a new connection"; exit 1; fi
    if [ "$FAKE_SMOKE" = index ]; then echo "pip broke in some other way"; exit 1; fi ;;
*"pip install"*) ;;
*"'ANSWER'"*)
    echo "ANSWER 42" ;;
*sys_tags*)
    echo "FACTS pp311-pypy311_pp73-linux_x86_64 .pypy311-pp73-x86_64-linux-gnu.so" ;;
*cpyembed_smoke_ext*)
    if [ "$FAKE_SMOKE" = extension ]; then
        echo "ImportError undefined symbol: PyModule_Create2"
    else
        echo "ImportError this is a C extension: use cpyembed.install('cpyembed_smoke_ext')"
    fi ;;
*"import six"*) ;;
*)
    echo "fake pypy: unexpected $*"
    exit 3 ;;
esac
