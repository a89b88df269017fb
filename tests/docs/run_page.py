"""Run the Python blocks of a Markdown page, in their order, as one program.

    python -m cpyembed tests/docs/run_page.py PAGE

A block fenced as `python` is run; any other info word is not for this program. In a block with
`>>>`, what is printed is compared by the rules of doctest. In any other block, a comment at the end
of a statement says what must come of it:

    1 + 1                   # -> 2                what the value looks like, or else what is printed
    int("x")                # raises ValueError   and, after a colon, a part of the message

The exit status is the number of statements that did something else; each is printed.
"""

import ast
import contextlib
import doctest
import io
import re
import sys
import traceback
import types

FENCE = re.compile(r"^```python\n(.*?)^```$", re.M | re.S)
CLAIM = re.compile(r".*  # (->|raises) (.*)$")


def blocks(text):
    """Yield (number of its first line, source) for each Python block of a page's `text` (str)."""
    for found in FENCE.finditer(text):
        yield text.count("\n", 0, found.start(1)) + 1, found.group(1)


def run(page):
    """Run the blocks of the file `page` (str); returns a list of what went wrong (str each)."""
    with open(page, encoding="utf-8") as file:
        text = file.read()
    # What the blocks define must look like a program's own: classes are found by their module.
    main = sys.modules["__main__"] = types.ModuleType("__main__")
    names = main.__dict__
    wrong = []
    for line, source in blocks(text):
        one = dialogue if source.startswith(">>> ") else statements
        wrong += one(page, line, source, names)
    return wrong


def dialogue(page, line, source, names):
    """Run a block of `>>>`."""
    test = doctest.DocTestParser().get_doctest(source, {}, page, page, line - 1)
    test.globs = names
    report = io.StringIO()
    failed, _ = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(
        test, out=report.write, clear_globs=False)
    return [report.getvalue()] if failed else []


def statements(page, line, source, names):
    """Run a block of statements."""
    wrong = []
    tree = ast.parse("\n" * (line - 1) + source, page)
    lines = source.splitlines()
    for node in tree.body:
        claim = CLAIM.match(lines[node.end_lineno - line])
        came = outcome(node, page, names)
        problem = compare(came, claim)
        if problem:
            wrong.append("%s:%d: %s" % (page, node.lineno, problem))
    return wrong


def outcome(node, page, names):
    """("->" or "raises", text to compare, text to show) of one statement."""
    printed = io.StringIO()
    value = None
    try:
        with contextlib.redirect_stdout(printed):
            if isinstance(node, ast.Expr):
                value = eval(compile(ast.Expression(node.value), page, "eval"), names)
            else:
                exec(compile(ast.Module([node], []), page, "exec"), names)
            sys.stdout.flush()
    except Exception as error:
        cls = type(error)
        return "raises", "%s: %s" % (cls.__name__, error), traceback.format_exc()
    text = printed.getvalue().rstrip("\n") if value is None else repr(value)
    return "->", text, text


def compare(came, claim):
    """What is wrong (str), or None."""
    kind, text, told = came
    if claim is None:
        return told if kind == "raises" else None
    if kind != claim.group(1):
        return "expected `%s %s`, got:\n%s" % (claim.group(1), claim.group(2), told)
    if kind == "->":
        same = text == claim.group(2)
    else:
        name, _, part = claim.group(2).partition(": ")
        same = text.startswith(name + ":") and part in text
    return None if same else "expected `%s`, got:\n%s" % (claim.group(2), told)


if __name__ == "__main__":
    found = run(sys.argv[1])
    print("\n".join(found))
    sys.exit(min(len(found), 100))
