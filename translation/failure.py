"""The last error in a log, cut to what a person needs."""

import re

LINES = 30

_BLOCK = re.compile(r"^\[[\w. -]+:?(?:ERROR|Error)\]")
_TAG = re.compile(r"^\[[\w.: -]+\]")
_COMPILER = re.compile(
    r"(: (fatal )?error:|undefined reference|ld returned|cannot find -l|\*\*\* \[)")
_BINDINGS = re.compile(r"Building (\w+) bindings failed")


def last_error(text):
    """The part (str) of the log ``text`` (str) that says what went wrong."""
    lines = text.rstrip().splitlines()
    starts = [number for number, line in enumerate(lines) if _BLOCK.match(line)]
    # Of several blocks the last is rpython's summary; a Makefile's complaint comes before it.
    if starts:
        block = _block(lines, starts[-1])
        compiler = _compiler_lines(block) or _compiler_lines(lines)
        return _trim(compiler if compiler and _is_compilation(block) else block)
    compiler = _compiler_lines(lines)
    bindings = sorted({match for line in lines for match in _BINDINGS.findall(line)})
    if bindings:
        head = ["these cffi modules could not be built: " + ", ".join(bindings)]
        return _trim(head + (compiler or _traceback(lines)))
    return _trim(compiler or _traceback(lines) or lines[-12:])


def remedy(text):
    """What to do about it (str, may be empty), where the log tells."""
    if "MemoryError" in text or "cc1: out of memory" in text or "Killed" in text:
        return "The machine ran out of memory: a translation takes 4 to 6 GB.  Try --jobs 1."
    if "No space left on device" in text:
        return "The disk is full: the cache needs about 4 GB while it works."
    missing_header = "fatal error" in text and "No such file or directory" in text
    if "cannot find -l" in text or missing_header:
        return "A library or header is missing: translate.sh --check names its package."
    if _BINDINGS.search(text):
        return "Usually a development package is missing: translate.sh --check names it."
    return ""


def _block(lines, start):
    end = start + 1
    while end < len(lines) and not _TAG.match(lines[end]):
        end += 1
    return lines[start:end]


def _is_compilation(block):
    return any("CompilationError" in line for line in block)


def _compiler_lines(lines):
    hits = [number for number, line in enumerate(lines) if _COMPILER.search(line)]
    if not hits:
        return []
    keep = set()
    for number in hits[:6] + hits[-2:]:
        # The line before says in which function, the two after show the place.
        keep.update(range(max(number - 1, 0), min(number + 3, len(lines))))
    return [lines[number] for number in sorted(keep)]


def _traceback(lines):
    starts = [number for number, line in enumerate(lines) if line.startswith("Traceback (most")]
    return lines[starts[-1]:] if starts else []


def _trim(lines):
    if len(lines) > LINES:
        half = LINES // 2
        left_out = len(lines) - 2 * half
        lines = lines[:half] + [f"    ... {left_out} lines left out ..."] + lines[-half:]
    return "\n".join(line[:300] for line in lines)
