"""A corpus of reports, generated from a seed, is parsed in plain Python (mark-up, sentences, words,
stems, pairs of words) and classified with scikit-learn.

    python3 corpus.py --size 1500

The same file runs on CPython and on PyPy with cpyembed.
"""

import argparse
import time

try:
    import cpyembed
    cpyembed.install("numpy", "scipy", "sklearn")
except ImportError:     # CPython
    pass
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

SUBJECTS = {
    "sea": "harbour sailing tides anchored vessel crews fishing storms lighthouse cargoes",
    "court": "judges ruling appealed lawyers verdicts clause evidence hearing juries sentenced",
    "garden": "planting roses watered seedling pruned hedges harvests compost soils blossoming",
    "music": "orchestra played violins rehearsing chords singers recorded melodies drums concert",
}
COMMON = ("the of and a in for was with that on at by from they had were which after before many "
          "people yesterday city morning reported several while about again").split()
ENDINGS = ("ings", "ing", "ies", "ed", "es", "s")


class Numbers:
    """The same numbers on every interpreter."""

    def __init__(self, seed):
        self.state = seed

    def below(self, limit):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2 ** 64
        return (self.state >> 33) % limit


def written(count):
    """(texts, names of their subjects). Every text has words of other subjects in it."""
    numbers, names = Numbers(2011), sorted(SUBJECTS)
    words = {name: SUBJECTS[name].split() for name in names}
    texts, labels = [], []
    for number in range(count):
        name = names[numbers.below(len(names))]
        lines = ["<report id='%d'>" % number]
        for _ in range(6 + numbers.below(6)):
            sentence = []
            for _ in range(8 + numbers.below(10)):
                chance = numbers.below(100)
                if chance < 70:
                    sentence.append(COMMON[numbers.below(len(COMMON))])
                else:
                    source = words[name if chance < 84 else names[numbers.below(len(names))]]
                    sentence.append(source[numbers.below(len(source))])
            lines.append("<p>%s.</p>" % " ".join(sentence).capitalize())
        texts.append("\n".join(lines + ["</report>"]))
        labels.append(name)
    return texts, labels


def sentences(text):
    """The sentences of a text without its mark-up, letter by letter."""
    found, letters, inside = [], [], False
    for letter in text:
        if letter == "<":
            inside = True
        elif letter == ">":
            inside = False
        elif not inside:
            if letter in ".!?":
                found.append("".join(letters))
                letters = []
            else:
                letters.append(letter)
    return found


def stem(word):
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[:-len(ending)]
    return word


def terms(text):
    """How often every stem, and every pair of neighbours, is in a text (dict)."""
    counts = {}
    for sentence in sentences(text):
        before = None
        for word in sentence.lower().split():
            if word in COMMON:
                before = None
                continue
            this = stem(word)
            counts[this] = counts.get(this, 0) + 1
            if before is not None:
                pair = before + " " + this
                counts[pair] = counts.get(pair, 0) + 1
            before = this
    return counts


def matrix(texts):
    """The counts of all texts as a sparse matrix of CPython's."""
    columns, data, indices, starts = {}, [], [], [0]
    for text in texts:
        for term, count in sorted(terms(text).items()):
            indices.append(columns.setdefault(term, len(columns)))
            data.append(float(count))
        starts.append(len(indices))
    return csr_matrix((data, indices, starts), shape=(len(texts), len(columns)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=1500, help="how many texts")
    parser.add_argument("--output", default="", help="not used: there is no picture")
    options = parser.parse_args()
    texts, labels = written(options.size)
    begin = time.perf_counter()
    counts = matrix(texts)
    middle = options.size * 2 // 3
    model = LogisticRegression(max_iter=200).fit(counts[:middle], labels[:middle])
    right = sum(str(a) == b for a, b in zip(model.predict(counts[middle:]), labels[middle:]))
    seconds = time.perf_counter() - begin
    assert right > 0.8 * (options.size - middle), "it has not learnt"
    print("result: %.12e" % (1000000.0 * right + float(counts.sum())))
    print("seconds: %.6f" % seconds)
