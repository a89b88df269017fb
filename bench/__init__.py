"""The speed table: `python3 -m bench`. CPython 3.9 or later; pyperf is installed where it lacks."""
