# Run at application level, and frozen into the translation.  The public names
# live in cpyembed/native/api.py; each is put into the module when first used.


def __getattr__(name):
    if name.startswith('__'):
        raise AttributeError("module 'cpyembed' has no attribute %r" % name)
    import sys
    from cpyembed.native import api
    try:
        value = api.public(name)
    except LookupError:
        raise AttributeError("module 'cpyembed' has no attribute %r" % name) from None
    setattr(sys.modules['cpyembed'], name, value)
    return value


def __dir__():
    from cpyembed.native import api
    return sorted(api.__all__)
