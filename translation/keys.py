"""The two keys of a build: what was translated, and which Python files were laid beside it.

They are apart because a translation takes twenty minutes and laying Python files takes seconds.
"""

import hashlib

from translation import digest, release

# Raise it when the driver changes what it makes out of the same input.
FORMAT = 1

MODULE = "pypy_module_cpyembed"
PATCHES = "patches"
PYTHON_FILES = ("cpyembed", "numpypy", "embed")


def _skip_caches(name, relative):
    return digest.is_cache(name)


def skip_in_module(name, relative):
    """The module's own tests are not translated.  -> bool"""
    return digest.is_cache(name) or relative in ("test", "tests")


def skip_in_package(name, relative):
    """Tests of the Python packages are not shipped.  -> bool"""
    return digest.is_cache(name) or name in ("test", "tests")


def _skip_in_patches(name, relative):
    return digest.is_cache(name) or not name.endswith(".patch")


def _skip_all_but_launcher(name, relative):
    return relative != "launcher.c"


def translation_key(checkout, cpython, opt, source_identity, flags):
    """Hex key (str) of everything that goes into the translated binary.

    ``checkout``: Path; ``cpython``: cpython.CPython; ``opt``: "jit" or "2";
    ``source_identity``: str, see source.Source; ``flags``: list of str for rpython.
    """
    return _key(checkout, f"cpython {cpython.version} {cpython.libpython}", opt, source_identity,
                flags)


def portable_key(checkout, opt, source_identity, flags):
    """Hex key (str) of what the translations for all CPythons have in common.

    Parameters as for translation_key.
    """
    return _key(checkout, "any cpython", opt, source_identity, flags)


def _key(checkout, cpython, opt, source_identity, flags):
    key = hashlib.sha256()
    facts = [
        f"format {FORMAT}",
        f"pypy {release.PYPY_VERSION} python {release.PYTHON_VERSION}",
        f"source {source_identity}",
        cpython,
        f"opt {opt}",
        "flags " + " ".join(flags),
    ]
    key.update("\n".join(facts).encode("utf-8", "surrogateescape") + b"\n")
    digest.update_with_tree(key, MODULE, checkout / MODULE, skip_in_module)
    digest.update_with_tree(key, PATCHES, checkout / PATCHES, _skip_in_patches)
    return key.hexdigest()[:16]


def package_key(checkout):
    """Hex key (str) of the files that are laid into the build's folder."""
    key = hashlib.sha256()
    digest.update_with_tree(key, "translation", checkout / "translation", _skip_all_but_launcher)
    for name in PYTHON_FILES:
        digest.update_with_tree(key, name, checkout / name, skip_in_package)
    return key.hexdigest()[:12]
