"""The preload engine: CPython inside an unmodified PyPy, in pure Python over cffi."""
