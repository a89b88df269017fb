"""`help()` of an Object says what CPython's own `pydoc` says; both engines.

PyPy's looks at what it documents from below (`type.__subclasses__(cls)`), where an Object has
nothing.
"""

import functools


def follow(pydoc):
    """Make PyPy's module `pydoc` leave Objects to CPython's."""
    import cpyembed
    own = pydoc.render_doc

    @functools.wraps(own)
    def render_doc(thing, *args, **keywords):
        if not isinstance(thing, cpyembed.Object):
            return own(thing, *args, **keywords)
        inside = cpyembed.import_module("pydoc")
        renderers = {pydoc.plaintext: inside.plaintext, pydoc.text: inside.text}
        # A renderer of PyPy's is only a name for one of CPython's.
        args = [renderers.get(x, x) if isinstance(x, pydoc.Doc) else x for x in args]
        keywords = {k: renderers.get(x, x) if isinstance(x, pydoc.Doc) else x
                    for k, x in keywords.items()}
        return inside.render_doc(thing, *args, **keywords)
    pydoc.render_doc = render_doc
