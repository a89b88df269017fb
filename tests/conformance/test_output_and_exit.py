"""Section 7: output, exit, signals, processes."""

import os
import signal
import subprocess
import sys
import time

import pytest
from conftest import ROOT

import cpyembed


def test_output_keeps_its_order(program):
    done = program("""if 1:
        import cpyembed
        cprint = cpyembed.builtins.print
        for i in range(5):
            print('pypy', i)
            cprint('cpython', i)
    """)
    expected = "".join("pypy %d\ncpython %d\n" % (i, i) for i in range(5))
    assert done.stdout == expected, done.stderr


def test_capturing_works(capsys):
    cpyembed.builtins.print("from cpython")
    sys_ = cpyembed.import_module("sys")
    sys_.stderr.write("an error\n")
    out, err = capsys.readouterr()
    assert out == "from cpython\n" and err == "an error\n"


def test_redirect_stdout():
    import contextlib
    import io
    with contextlib.redirect_stdout(io.StringIO()) as f:
        cpyembed.builtins.print("inside")
    assert f.getvalue() == "inside\n"


def test_stdin_follows(program):
    done = program("import cpyembed\nprint(input())\nprint(cpyembed.builtins.input())",
                   stdin="one\ntwo\n")
    assert done.stdout == "one\ntwo\n", done.stderr


def test_atexit_of_both_sides_runs_once(program):
    done = program("""if 1:
        import atexit, cpyembed
        cpyembed.import_module('atexit').register(lambda: print('cpython atexit'))
        atexit.register(lambda: print('pypy atexit'))
        print('main')
    """)
    assert done.stdout.splitlines() == ["main", "pypy atexit", "cpython atexit"], done.stderr
    assert done.returncode == 0


def test_system_exit_in_an_atexit_function_of_cpython(program):
    done = program("""if 1:
        import cpyembed
        register = cpyembed.import_module('atexit').register
        register(lambda: print('first'))
        register(cpyembed.import_module('sys').exit, 3)
        register(lambda: print('last'))
    """)
    assert done.stdout == "last\nfirst\n" and done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("code,status", [
    ("raise SystemExit(7)", 7), ("cpyembed.import_module('sys').exit(5)", 5), ("1/0", 1),
    ("pass", 0), ("cpyembed.eval('1/0')", 1)])
def test_exit_status_is_kept(code, status, program):
    done = program("import cpyembed\ncpyembed.start()\n" + code)
    assert done.returncode == status, done.stderr


def test_non_daemon_threads_are_joined(program):
    done = program("""if 1:
        import cpyembed
        names = {}
        cpyembed.exec('''if 1:
            import threading, time
            def late():
                time.sleep(0.3)
                print("late", flush=True)
            threading.Thread(target=late).start()
        ''', names)
    """)
    assert done.stdout == "late\n", done.stderr


def test_daemon_threads_do_not_hold_the_exit(program):
    start = time.monotonic()
    done = program("""if 1:
        import cpyembed
        cpyembed.exec('''if 1:
            import threading, time
            threading.Thread(target=time.sleep, args=(100,), daemon=True).start()
        ''')
    """)
    assert done.returncode == 0 and time.monotonic() - start < 30


def test_objects_alive_at_exit_do_no_harm(program):
    done = program("""if 1:
        import cpyembed
        xs = [cpyembed.eval('[1]') for _ in range(1000)]
        class C: pass
        cpyembed.eval('[].append')(C())
        keep = cpyembed.eval('lambda x, l=[]: l.append(x)')
        keep(C())
    """)
    assert done.returncode == 0 and done.stderr == ""


def test_every_atexit_function_of_pypy_still_has_cpython(program):
    done = program("""if 1:
        import atexit
        atexit.register(lambda: print('before the start:', f(4.0)))
        import cpyembed
        f = cpyembed.import_module('math').sqrt
        atexit.register(lambda: print('after it:', f(9.0)))
    """)
    assert done.stdout == "after it: 3.0\nbefore the start: 2.0\n", done.stdout + done.stderr


def test_use_after_exit_is_refused(program):
    done = program("""if 1:
        import atexit, cpyembed
        def late():
            for use in (lambda: f(1.0), lambda: f.__name__, lambda: f(x=1),
                        lambda: cpyembed.import_module('os')):
                try:
                    use()
                except RuntimeError as e:
                    print('refused:', e)
        f = cpyembed.import_module('math').sqrt
        # Where PyPy keeps them; the first in the list runs last.
        atexit.register.__globals__['atexit_callbacks'].insert(0, (late, (), {}))
    """)
    assert done.returncode == 0 and done.stdout.count("refused") == 4, done.stdout + done.stderr


def start_program(code):
    return subprocess.Popen(
        [sys.executable, "-m", "cpyembed", "-c", code], cwd=ROOT, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, universal_newlines=True,
        env=dict(os.environ, PYTHONPATH=ROOT))


INTERRUPTED = """if 1:
    import sys, time, cpyembed
    names = {'pypys': lambda: time.sleep(20)}
    cpyembed.exec('''if 1:
        import time, threading
        def callback(): pypys()
        def loop():
            while True: pass
        def sleep(): time.sleep(20)
        def lock():
            l = threading.Lock(); l.acquire(); l.acquire()
    ''', names)
    print('ready', flush=True)
    start = time.monotonic()
    n = 0
    try:
        try:
            names['%s']()
        except KeyboardInterrupt:
            n += 1
            time.sleep(0.3)
    except KeyboardInterrupt:
        n += 1
    print(n, time.monotonic() - start < 5, flush=True)
"""


@pytest.mark.parametrize("where", ["loop", "sleep", "lock", "callback"])
def test_ctrl_c(where):
    p = start_program(INTERRUPTED % where)
    try:
        assert p.stdout.readline() == "ready\n"
        time.sleep(0.3)
        p.send_signal(signal.SIGINT)
        out, err = p.communicate(timeout=15)
    finally:
        p.kill()
    assert out == "1 True\n", out + err


HANDLED_IN_CPYTHON = """if 1:
    import sys, time, cpyembed
    cpyembed.exec('''if 1:
        import asyncio, signal
        asyncio.run(asyncio.sleep(0))
        signal.signal(signal.SIGINT, signal.getsignal(signal.SIGINT))
    ''')
    print('ready', flush=True)
    try:
        time.sleep(20)
    except KeyboardInterrupt:
        print('once', flush=True)
    try:
        cpyembed.import_module('time').sleep(20)
    except KeyboardInterrupt:
        print('twice', flush=True)
"""


def test_ctrl_c_after_cpython_has_set_a_handler():
    p = start_program(HANDLED_IN_CPYTHON)
    try:
        for line in ("ready\n", "once\n"):
            assert p.stdout.readline() == line
            time.sleep(0.3)
            p.send_signal(signal.SIGINT)
        out, err = p.communicate(timeout=15)
    finally:
        p.kill()
    assert out == "twice\n", out + err


def test_a_long_c_function_is_interrupted_at_its_end():
    p = start_program("""if 1:
        import cpyembed, time
        cpyembed.start()
        print('ready', flush=True)
        start = time.monotonic()
        try:
            cpyembed.eval('sum(range(30000000)) and None')
            time.sleep(20)
        except KeyboardInterrupt:
            print('once', time.monotonic() - start < 15)
    """)
    try:
        assert p.stdout.readline() == "ready\n"
        time.sleep(0.1)
        p.send_signal(signal.SIGINT)
        out, err = p.communicate(timeout=40)
    finally:
        p.kill()
    assert out == "once True\n", out + err


def test_ctrl_c_on_the_pypy_side_still_works():
    p = start_program("import cpyembed, time\ncpyembed.start()\nprint('ready', flush=True)\n"
                      "try:\n    time.sleep(20)\nexcept KeyboardInterrupt:\n    print('once')")
    try:
        assert p.stdout.readline() == "ready\n"
        time.sleep(0.3)
        p.send_signal(signal.SIGINT)
        out, err = p.communicate(timeout=15)
    finally:
        p.kill()
    assert out == "once\n", out + err


def test_fork_on_the_pypy_side(program):
    done = program("""if 1:
        import os, sys, cpyembed
        math = cpyembed.import_module('math')
        for _ in range(5):
            pid = os.fork()
            if pid == 0:
                ok = math.sqrt(16.0) == 4.0 and cpyembed.eval('1 + 1') == 2
                os._exit(0 if ok else 3)
            assert os.waitpid(pid, 0)[1] == 0
        print('done', math.sqrt(4.0))
    """)
    assert done.stdout == "done 2.0\n", done.stderr


def test_fork_on_the_cpython_side(program):
    done = program("""if 1:
        import cpyembed, threading
        stop = []
        def compute():
            n = 0
            while not stop: n += 1
        t = threading.Thread(target=compute); t.start()
        names = {}
        cpyembed.exec('''if 1:
            import os
            def fork(f):
                pid = os.fork()
                if pid == 0:
                    os._exit(f())
                return os.waitpid(pid, 0)[1] >> 8
        ''', names)
        print([names['fork'](lambda: 7) for _ in range(5)])
        stop.append(1)
    """)
    assert done.stdout == "[7, 7, 7, 7, 7]\n", done.stdout + done.stderr


@pytest.mark.parametrize("side", ["pypy", "cpython"])
def test_fork_hooks_of_both_sides_run(side, program):
    done = program("""if 1:
        import os, sys, cpyembed
        log = []
        def hooks(name):
            return dict(before=lambda: log.append(name + ' before'),
                        after_in_parent=lambda: log.append(name + ' parent'),
                        after_in_child=lambda: log.append(name + ' child'))
        os.register_at_fork(**hooks('pypy'))
        inside = cpyembed.import_module('os')
        inside.register_at_fork(**hooks('cpython'))
        pid = (os if sys.argv[1] == 'pypy' else inside).fork()
        if pid == 0:
            print(sorted(log), cpyembed.eval('2 + 2'), flush=True)
            os._exit(0)
        assert os.waitpid(pid, 0)[1] == 0
        print(sorted(log))
    """, side)
    assert done.stdout.splitlines() == [
        "['cpython before', 'cpython child', 'pypy before', 'pypy child'] 4",
        "['cpython before', 'cpython parent', 'pypy before', 'pypy parent']"], done.stderr


def test_fork_leaves_the_import_locks_as_they_were(program):
    done = program("""if 1:
        import _imp, os, cpyembed
        theirs = cpyembed.import_module('_imp')
        def held():
            return [_imp.lock_held(), theirs.lock_held()]
        def fork():
            pid = os.fork()
            if pid == 0:
                there = held()
                if there[0]:
                    _imp.release_lock()
                    theirs.release_lock()
                print(there, held(), flush=True)
                os._exit(0)
            assert os.waitpid(pid, 0)[1] == 0
        fork()
        _imp.acquire_lock()
        theirs.acquire_lock()
        fork()
        _imp.release_lock()
        theirs.release_lock()
        print(held())
    """)
    assert done.stdout.splitlines() == [
        "[False, False] [False, False]", "[True, True] [False, False]", "[False, False]"
    ], done.stderr


def test_fork_while_another_cpython_thread_computes(program):
    done = program("""if 1:
        import os, cpyembed
        names = {}
        cpyembed.exec('''if 1:
            import threading
            go_on = [1]
            def compute():
                while go_on: sum(range(1000))
            thread = threading.Thread(target=compute)
            thread.start()
        ''', names)
        for _ in range(5):
            pid = os.fork()
            if pid == 0:
                os._exit(cpyembed.eval('7'))
            assert os.waitpid(pid, 0)[1] == 7 << 8
        names['go_on'].clear()
        names['thread'].join()
        print('done')
    """)
    assert done.stdout == "done\n", done.stdout + done.stderr


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_multiprocessing_of_pypy(method, tmp_path):
    script = tmp_path / "multi.py"
    script.write_text("""
import multiprocessing
import cpyembed

def work(n):
    return cpyembed.import_module('math').sqrt(float(n))

if __name__ == '__main__':
    cpyembed.start()
    with multiprocessing.get_context('%s').Pool(2) as pool:
        print(pool.map(work, [4, 9]))
""" % method)
    done = subprocess.run([sys.executable, "-m", "cpyembed", str(script)], timeout=60, cwd=ROOT,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          env=dict(os.environ, PYTHONPATH=ROOT))
    assert done.stdout == "[2.0, 3.0]\n", done.stdout + done.stderr


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_multiprocessing_of_cpython(method, program, tmp_path):
    (tmp_path / "a_module_to_run.py").write_text("import math\n"
                                                 "def root(n): return math.sqrt(n)\n")
    done = program("""if 1:
        import sys, cpyembed
        print('not flushed', end=' ')
        cpyembed.import_module('sys').path.append(sys.argv[2])
        root = cpyembed.import_module('a_module_to_run').root
        multiprocessing = cpyembed.import_module('multiprocessing')
        pool = multiprocessing.get_context(sys.argv[1]).Pool(2)
        print(list(pool.map(root, [4.0, 9.0])))
        pool.close()
        pool.join()
    """, method, str(tmp_path), env={"CPYEMBED_PYTHONPATH": str(tmp_path)})
    assert done.stdout == "not flushed [2.0, 3.0]\n", done.stdout + done.stderr


def test_subprocess_of_cpython():
    run = cpyembed.import_module("subprocess").check_output
    assert run(["echo", "hi"]) == b"hi\n"


def test_subprocess_of_this_interpreter_finds_the_engine():
    code = "import cpyembed; print(cpyembed.import_module('math').sqrt(4.0))"
    out = subprocess.check_output([sys.executable, "-c", code], cwd=ROOT,
                                  env=dict(os.environ, PYTHONPATH=ROOT))
    assert out == b"2.0\n"


def test_the_engines_own_variables_are_not_inherited():
    code = ("import os; print(sorted(k for k in os.environ if k.startswith('CPYEMBED_R') or "
            "k == 'LD_PRELOAD'))")
    out = subprocess.check_output(["python3", "-c", code])
    had = "LD_PRELOAD" in os.environ
    assert out == (b"['LD_PRELOAD']\n" if had else b"[]\n")


def test_warnings_reach_pypy(recwarn):
    cpyembed.import_module("warnings").warn("from cpython", cpyembed.eval("DeprecationWarning"))
    assert any(str(w.message) == "from cpython" and w.category is DeprecationWarning
               for w in recwarn.list)


def test_a_warning_names_the_users_file_and_line(define):
    names = define("import warnings\ndef f(): warnings.warn('hm', UserWarning, stacklevel=2)")
    with pytest.warns(UserWarning) as caught:
        names["f"]()
    assert caught[0].filename == __file__


def test_filters_of_pypy_know_cpythons_modules(program, tmp_path):
    (tmp_path / "a_module_that_warns.py").write_text("if 1:\n"
                                                     "    import warnings\n"
                                                     "    def f(text): warnings.warn(text)\n")
    done = program("""if 1:
        import sys, warnings, cpyembed
        cpyembed.import_module('sys').path.append(sys.argv[1])
        f = cpyembed.import_module('a_module_that_warns').f
        for _ in range(3):
            f('said by default, once')
        warnings.filterwarnings('ignore', module='a_module_that_warns')
        f('not said')
        warnings.filterwarnings('always', message='.*twice')
        f('said twice')
        f('said twice')
    """, str(tmp_path))
    said = [line.partition("UserWarning: ")[2] for line in done.stderr.splitlines()
            if "UserWarning" in line]
    assert said == ["said by default, once", "said twice", "said twice"], done.stderr


def test_a_warning_caught_in_cpython_stays_there(define, recwarn):
    f = define("""if 1:
        import warnings
        def f():
            with warnings.catch_warnings(record=True) as caught:
                warnings.warn('caught')
            return [str(w.message) for w in caught]
    """)["f"]
    assert list(f()) == ["caught"] and not recwarn.list


def test_warnings_as_errors(define):
    import warnings
    names = define("import warnings\ndef f(): warnings.warn('hm')")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(UserWarning):
            names["f"]()


def test_log_records_reach_pypy(caplog, define):
    import logging
    log = define("import logging\ndef log(): logging.getLogger('a.b').warning('x %d', 3)")["log"]
    cpyembed.import_module("logging")
    with caplog.at_level(logging.INFO):
        log()
    assert ("a.b", logging.WARNING, "x 3") in caplog.record_tuples


def test_a_log_record_of_pypys_own_call_names_its_file(caplog):
    cpyembed.import_module("logging").getLogger("direct").warning("seen")
    record = caplog.records[-1]
    assert (record.pathname, record.funcName) == (
        __file__, "test_a_log_record_of_pypys_own_call_names_its_file")
