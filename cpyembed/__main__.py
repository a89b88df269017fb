"""`python -m cpyembed`: run a program with CPython at hand, or ask and mend the installation."""

import sys


def main(argv=None):
    """Run the command line `argv` (list of str; `sys.argv[1:]` if None); returns exit status."""
    argv = sys.argv[1:] if argv is None else argv
    command = argv[0] if argv else None
    if command in COMMANDS:
        return COMMANDS[command](argv[1:])
    options = parse(argv)
    if "cpyembed" not in sys.builtin_module_names:
        from cpyembed.preload import launch
        launch.restart_if_needed()
    from cpyembed import run
    if options.c is not None:
        return run.code(options.c[0], options.c[1:])
    if options.m is not None:
        return run.module(options.m[0], options.m[1:])
    if options.program and options.program[0] != "-":
        return run.script(options.program[0], options.program[1:])
    return run.standard_input(options.program)


class Options:
    """What to run: one of `c`, `m` and `program`, each a list of str; the others are None."""

    def __init__(self, c=None, m=None, program=None):
        self.c, self.m, self.program = c, m, program


def parse(argv):
    """The Options of a run. As in PyPy itself the first word decides, the rest is the program's."""
    first = argv[0] if argv else ""
    if first[:2] in ("-c", "-m"):
        words = ([first[2:]] if first[2:] else []) + argv[1:]  # `-cCODE` is one word
        if not words:
            parser().error("argument expected for the %s option" % first)
        return Options(**{first[1]: words})
    if first in ("-h", "--help"):
        parser().parse_args([first])  # prints the help and exits
    if first == "--":
        argv = argv[1:]
    elif first.startswith("-") and first != "-":
        parser().error("unknown option %s (PyPy's own options go before -m cpyembed)" % first)
    return Options(program=argv)


def parser():
    """The argparse parser: it knows the help and how to complain."""
    import argparse
    return argparse.ArgumentParser(prog="python -m cpyembed", usage=USAGE)


def info(argv):
    """`info`: one line for each fact."""
    no_arguments("info", argv)
    import cpyembed
    facts = cpyembed.info()
    width = max(len(key) for key in facts)
    for key, value in facts.items():
        print("%-*s  %s" % (width, key, value))
    return 0


def doctor(argv):
    """`doctor`: what is missing, and the command that mends it; status 1 if anything is."""
    no_arguments("doctor", argv)
    from cpyembed import doctor
    return doctor.main()


def pip(argv):
    """`pip ...`: CPython's pip."""
    from cpyembed import pip
    return pip.main(argv)


def no_arguments(command, argv):
    """Complain, as argparse does, about arguments to a command that takes none."""
    import argparse
    argparse.ArgumentParser(prog="python -m cpyembed " + command,
                            description=COMMANDS[command].__doc__).parse_args(argv)


COMMANDS = {"info": info, "doctor": doctor, "pip": pip}
USAGE = """python -m cpyembed [-c CODE | -m MODULE | SCRIPT | -] [ARGUMENT ...]
       python -m cpyembed info | doctor | pip ...

Runs a program on PyPy with CPython at hand; with no argument, the interactive prompt.
  info      which engine and which CPython
  doctor    what is missing, and the command that mends it
  pip ...   pip of CPython's side
A script that is called like a command: python -m cpyembed ./info"""


if __name__ == "__main__":
    sys.exit(main())
