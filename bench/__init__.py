"""The figures: `python3 -m bench`. CPython 3.9 or later; what it needs is installed."""
