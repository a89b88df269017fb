"""Where the fields of PyConfig lie, by CPython version: the one struct that changes with each."""

OFFSETS = {
    (3, 9): {"install_signal_handlers": 16, "parse_argv": 88, "program_name": 112},
    (3, 10): {"install_signal_handlers": 16, "parse_argv": 80, "program_name": 240},
    (3, 11): {"install_signal_handlers": 16, "parse_argv": 96, "program_name": 264},
    (3, 12): {"install_signal_handlers": 16, "parse_argv": 104, "program_name": 272},
    (3, 13): {"install_signal_handlers": 16, "parse_argv": 104, "program_name": 280},
}


def offset(version, name):
    """The byte offset (int) of the field `name` in the PyConfig of `version`, such as (3, 11)."""
    return OFFSETS[version[:2]][name]
