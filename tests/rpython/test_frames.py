"""Where callbacks came from, in CPython's frames."""


def test_frames_of_callbacks(target):
    lines = target("frames").lines
    assert [line.rpartition(" = ")[2] for line in lines] == [
        "[]",
        "['second']",
        "['third', 'second']",
        "['third', 'third', 'second']",
        "['<module>']",
        "['generate']",
        "['__del__']",
        "['<module>']",
        "[None]",
        "[]"]
