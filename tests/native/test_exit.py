"""The end of the program: both sides, once, in order, with the right status."""

import pytest


def test_atexit_functions_of_both_sides_run_once_ours_first(succeeds):
    assert succeeds("""
        import atexit, cpyembed
        atexit.register(print, "atexit of PyPy", flush=True)
        cpyembed.exec('''
        import atexit
        atexit.register(print, "atexit of CPython", flush=True)
        '''.replace("        ", ""), {})
        print("end", flush=True)
    """) == "end\natexit of PyPy\natexit of CPython\n"


def test_our_atexit_functions_can_use_cpython(succeeds):
    assert succeeds("""
        import atexit, cpyembed
        sqrt = cpyembed.import_module("math").sqrt
        atexit.register(lambda: print(sqrt(16.0)))
    """) == "4.0\n"


def test_cpythons_atexit_functions_can_use_us(succeeds):
    assert succeeds("""
        import cpyembed
        cpyembed.import_module("atexit").register(lambda: print("called", flush=True))
    """) == "called\n"


def test_buffers_of_cpython_are_flushed(succeeds):
    assert succeeds("""
        import cpyembed
        cpyembed.exec("import sys; sys.stdout.write('not flushed by hand')", {})
    """) == "not flushed by hand"


@pytest.mark.parametrize("how, status", [
    ("sys.exit(3)", 3), ("sys.exit()", 0), ("raise SystemExit('text')", 1), ("1 / 0", 1),
    ("os._exit(5)", 5), ("cpyembed.import_module('os')._exit(6)", 6)])
def test_the_exit_status_is_kept(program, how, status):
    done = program("import cpyembed, os, sys\ncpyembed.start()\n%s\n" % how)
    assert done.returncode == status, done.stderr


def test_threads_of_cpython_are_waited_for(succeeds):
    assert succeeds("""
        import cpyembed
        cpyembed.exec('''
        import threading, time
        def late():
            time.sleep(0.3)
            print("late thread", flush=True)
        threading.Thread(target=late).start()
        '''.replace("        ", ""), {})
    """) == "late thread\n"


def test_daemon_threads_of_either_side_do_no_harm(program):
    for _ in range(5):
        done = program("""
            import cpyembed, threading, time
            sqrt = cpyembed.import_module("math").sqrt
            def work():
                while True:
                    sqrt(4.0)
            for _ in range(3):
                threading.Thread(target=work, daemon=True).start()
            cpyembed.exec("import threading\\n"
                          "def spin():\\n"
                          "    while True: pass\\n"
                          "threading.Thread(target=spin, daemon=True).start()", {})
            time.sleep(0.2)
            print("end")
        """)
        assert (done.returncode, done.stdout) == (0, "end\n"), done.stderr


def test_an_end_inside_a_callback(program):
    done = program("""
        import cpyembed, sys
        cpyembed.eval("lambda f: [f(i) for i in range(5)]")(
            lambda i: sys.exit(11) if i == 2 else i)
    """)
    assert (done.returncode, done.stderr) == (11, "")


def test_a_program_that_never_uses_cpython_ends_without_it(succeeds):
    assert succeeds("import cpyembed\nprint(cpyembed._is_started())\n") == "False\n"


def test_an_exception_in_an_atexit_function_of_cpython_is_shown(program):
    done = program("""
        import cpyembed
        cpyembed.exec("import atexit\\natexit.register(lambda: 1 / 0)", {})
        print("end")
    """)
    assert done.stdout == "end\n" and "ZeroDivisionError" in done.stderr
    assert done.returncode == 0
