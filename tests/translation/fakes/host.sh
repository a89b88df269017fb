#!/bin/bash
# Plays a PyPy 2.7 that translates and packages.  FAKE_MODE says how it goes; every call is
# written into $FAKE_STATE/calls.
title() { echo "[translation:info] $1..."; }

case $1 in
-c)
    echo "2.7|PyPy|$0|True" ;;
../../rpython/bin/rpython)
    echo translate >> "$FAKE_STATE/calls"
    printf '%s\n' "$@" > "$FAKE_STATE/command"
    env > "$FAKE_STATE/environment"
    cat ../greeting.txt > "$FAKE_STATE/greeting"
    ls ../module/cpyembed > "$FAKE_STATE/module"
    echo "[version:WARNING] Errors getting Mercurial information"
    title "Annotating&simplifying"
    case $FAKE_MODE in
    edit)
        # Somebody goes on working meanwhile.
        echo "# meanwhile" > "$FAKE_EDIT" ;;
    sleep)
        # One that does not mind SIGTERM, as a compiler run by make might not.
        (trap '' TERM; exec -a fake-compiler sleep 300) &
        echo $! > "$FAKE_STATE/grandchild"
        wait ;;
    annotation)
        cat <<'END'
[translation:info] Error:
   File "translate.py", line 320, in main
    drv.proceed(goals)
[translation:ERROR] Exception: seeing a prebuilt rpython.rlib.rthread.Lock instance
Processing block:
 block@71[self_48] is a <class 'rpython.flowspace.flowcontext.SpamBlock'>
[translation] batch mode, not calling interactive helpers
END
        exit 1 ;;
    esac
    title "RTyping"
    echo "[rtyper] specializing: 1 / 2 blocks   (50%)"
    title "lltype back-end optimisations"
    title "inserting stack checks"
    title "Creating database for generating c source"
    title "Generating c source"
    title "Compiling c source"
    if [ "$FAKE_MODE" = link ]; then
        cat <<'END'
[platform:execute] make -j 2 in usession/testing_1
[translation:info] Error:
   File "driver.py", line 1, in task_compile_c
[translation:ERROR] CompilationError: CompilationError(err="""
	/usr/bin/ld: implement_5.o: in function `pypy_g_call':
	implement_5.c:71: undefined reference to `PyObject_Vectorcall'
	collect2: error: ld returned 1 exit status
	make: *** [Makefile:627: libpypy3.11-c.so] Error 1
""")
[translation] batch mode, not calling interactive helpers
END
        exit 1
    fi
    title "Create cffi bindings for modules"
    session=$PYPY_USESSION_DIR/usession-fake-0/testing_1
    mkdir -p "$session" "$session/../module_cache"
    touch "$session/testing_1.o" "$session/gil.o" "$session/../module_cache/module_1.o"
    python=$(dirname "$(dirname "$CPYEMBED_BUILD_PYTHON")")
    cat > "$session/Makefile" <<END
RPYDIR = "/some/tree/rpython"

OBJECTS = testing_1.o \\
          gil.o \\
          ../module_cache/module_1.o

LIBS = -lz \\
       -ldl

CFLAGS = -O2 \\
         -fPIC

CC = $CC

CC_LINK = \$(CC)

LDFLAGS = -shared

LDFLAGSEXTRA = -Wl,-rpath,$python/lib

LINKFILES = $python/lib/libpython3.11.so.1.0

INCLUDEDIRS = -I\$(RPYDIR)/translator/c

all: \$(OBJECTS)
END
    echo exe > pypy3.11-c
    echo library > libpypy3.11-c.so ;;
pypy/tool/release/package.py)
    echo package >> "$FAKE_STATE/calls"
    for word in "$@"; do
        case $word in
        --builddir=*) out=${word#*=} ;;
        --archive-name=*) name=${word#*=} ;;
        esac
    done
    if [ "$FAKE_MODE" = package ]; then
        cat <<'END'
tk.h:1:10: fatal error: X11/Xlib.h: No such file or directory
!!!!!!!!!!
Building _tkinter bindings failed.
                You can either install development headers package,
END
        exit 1
    fi
    mkdir -p "$out/$name/bin" "$out/$name/lib/pypy3.11/site-packages"
    cp "$FAKE_PYPY" "$out/$name/bin/pypy3.11"
    ln -s pypy3.11 "$out/$name/bin/pypy3"
    ln -s pypy3.11 "$out/$name/bin/pypy"
    cp lib_pypy/README "$out/$name/lib/pypy3.11/"
    head -c 2000000 /dev/zero > "$out/$name/bin/libpypy3.11-c.so"
    echo "PyPy's own tarball" > "$out/$name.tar.bz2" ;;
*)
    echo "fake host: unexpected $*"
    exit 3 ;;
esac
