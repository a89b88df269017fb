"""Run a script, a module, a string or a prompt as if PyPy had been started with it directly."""

import os
import sys
import types


def fresh_main(**names):
    """A new empty `__main__` in `sys.modules`, as at PyPy's own start."""
    main = types.ModuleType("__main__")
    main.__builtins__ = __import__("builtins")
    main.__dict__.update(names)
    sys.modules["__main__"] = main
    return main


def set_first_path(folder):
    """`sys.path[0]` as PyPy would have set it; `-m cpyembed` had put the working folder there."""
    if getattr(sys.flags, "safe_path", False) or sys.flags.isolated:
        return
    sys.path[0:1] = [folder]


def script(path, arguments):
    """Run the file `path`, or a folder or zip file with a `__main__.py`; returns exit status."""
    sys.argv = [path] + arguments
    if os.path.isdir(path) or is_zip(path):
        import runpy
        set_first_path(path)
        return shown(lambda: runpy._run_module_as_main("__main__", alter_argv=False))
    try:
        with open(path, "rb") as f:
            source = f.read()
    except OSError as e:
        print("%s: can't open file %r: [Errno %d] %s" % (
            sys.executable, path, e.errno, e.strerror), file=sys.stderr)
        return 2
    set_first_path(os.path.dirname(os.path.realpath(path)))
    main = fresh_main(__file__=path, __cached__=None)
    from importlib.machinery import SourceFileLoader
    main.__loader__ = SourceFileLoader("__main__", path)
    return execute(source, path, main)


def is_zip(path):
    """Whether `path` starts as a zip file does (a quick look before importing zipfile)."""
    try:
        with open(path, "rb") as f:
            if f.read(2) != b"PK":
                return False
    except OSError:
        return False
    import zipfile
    return zipfile.is_zipfile(path)


def module(name, arguments):
    """Run the module `name` as `__main__`."""
    import runpy
    sys.argv = ["-m"] + arguments
    set_first_path(os.getcwd())
    fresh_main()
    return shown(lambda: runpy._run_module_as_main(name))


def code(source, arguments):
    """Run the text `source`."""
    sys.argv = ["-c"] + arguments
    set_first_path("")
    return execute(source.encode("utf-8", "surrogateescape"), "<string>", fresh_main())


def standard_input(words):
    """Run the program on standard input, or the prompt if that is a terminal."""
    sys.argv = words or [""]
    set_first_path("")
    main = fresh_main()
    if sys.stdin is not None and not sys.stdin.isatty():
        return execute(sys.stdin.buffer.read(), "<stdin>", main)
    prepare_prompt(main)
    try:
        from _pypy_interact import interactive_console
    except ImportError:
        from code import interact
        interact(local=main.__dict__)
    else:
        interactive_console(main)
    return 0


def prepare_prompt(main):
    """What PyPy does ahead of its own prompt: the banner, PYTHONSTARTUP, completion and history."""
    if not sys.flags.quiet:
        print('Python %s on %s\nType "help", "copyright", "credits" or "license" for more '
              'information.' % (sys.version, sys.platform), file=sys.stderr)
    startup = None if sys.flags.ignore_environment else os.environ.get("PYTHONSTARTUP")
    if startup:
        try:
            with open(startup, "rb") as f:
                source = f.read()
        except OSError as e:
            print("Could not open PYTHONSTARTUP\n%s: %s" % (type(e).__name__, e), file=sys.stderr)
        else:
            execute(source, startup, main)
    hook = getattr(sys, "__interactivehook__", None)
    if hook is not None:
        shown(hook)


def execute(source, filename, main):
    """Run `source` (bytes) in `main`; returns the exit status."""
    return shown(lambda: exec(compile(source, filename, "exec", dont_inherit=True),
                              main.__dict__))


def shown(run):
    """`run()`, the program; returns the exit status. An error shows no frame of these files."""
    try:
        run()
    except SystemExit:
        raise
    except BaseException as e:
        traceback = e.__traceback__.tb_next.tb_next
        if isinstance(e, KeyboardInterrupt):        # PyPy itself has to see it: it dies of SIGINT
            show_instead(traceback)
            raise
        sys.last_type, sys.last_value, sys.last_traceback = type(e), e, traceback
        sys.excepthook(type(e), e.with_traceback(traceback), traceback)
        return 1
    return 0


def show_instead(traceback):
    """The next uncaught exception is shown with this traceback."""
    show = sys.excepthook

    def excepthook(kind, value, _):
        sys.excepthook = show
        show(kind, value.with_traceback(traceback), traceback)
    sys.excepthook = excepthook
