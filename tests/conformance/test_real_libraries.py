"""Real libraries, where the CPython of the run has them: small programs that people write.

The larger ones are in test_graphical_libraries.py and test_learning_libraries.py.
"""

import array

import pytest
from both_sides import library

import cpyembed


def test_numpy_scalars_and_operators(np):
    a = np.arange(10.0)
    x = a[3]
    assert isinstance(x, float) and x == 3.0 and x.dtype == np.float64
    assert isinstance(a.sum(), float) and a.sum() == 45.0
    assert (a * 2)[1] == 2.0 and (2 - a)[1] == 1.0 and (a @ a) == 285.0
    assert a.shape == (10,) and a[a > 7].tolist().__len__() == 2
    assert isinstance(np.int64(3), cpyembed.Object) or np.int64(3) == 3


def test_numpy_errors(np):
    with pytest.raises(np.linalg.LinAlgError):
        np.linalg.inv(np.zeros((2, 2)))
    with pytest.raises(ValueError) as caught:
        np.zeros(3) + np.zeros(4)
    assert "broadcast" in str(caught.value)


def test_numpy_callbacks(np):
    assert np.vectorize(lambda v: v * 2)(np.arange(3)).tolist() == [0, 2, 4]
    a = np.apply_along_axis(lambda row: row.sum(), 1, np.ones((3, 4)))
    assert cpyembed.to_python(a.tolist()) == [4.0] * 3


def test_numpy_context_and_in_place(np):
    with np.errstate(divide="ignore"):
        assert np.float64(1) / 0 == float("inf")
    a = b = np.zeros(3)
    a += 1
    assert a is b and a[0] == 1.0


def test_numpy_sees_pypy_lists_and_buffers(np):
    assert np.array([[1, 2], [3, 4]]).sum() == 10
    assert np.asarray(array.array("d", [1.5, 2.5])).sum() == 4.0


def test_scipy_quad_with_a_pypy_integrand():
    integrate = library("scipy.integrate")
    value, error = integrate.quad(lambda x: x * x, 0.0, 3.0)
    assert abs(value - 9.0) < 1e-9


def test_scipy_minimize():
    optimize = library("scipy.optimize")
    result = optimize.minimize(lambda x: (x[0] - 3.0) ** 2, [0.0])
    assert abs(result.x[0] - 3.0) < 1e-4


def test_matplotlib_draws_a_png(tmp_path, np):
    matplotlib = library("matplotlib")
    matplotlib.use("Agg")
    plt = cpyembed.import_module("matplotlib.pyplot")
    figure, axes = plt.subplots()
    axes.plot([1, 2, 3], [1, 4, 9])
    axes.yaxis.set_major_formatter(lambda value, position: "v%g" % value)
    path = tmp_path / "x.png"
    figure.savefig(str(path))
    plt.close(figure)
    assert path.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_pandas(tmp_path):
    pd = library("pandas")
    path = tmp_path / "x.csv"
    path.write_text("name,n\na,1\nb,2\na,3\n")
    frame = pd.read_csv(path)
    assert frame.groupby("name")["n"].sum()["a"] == 4
    assert cpyembed.to_python(frame["n"].apply(lambda v: v * 10).tolist()) == [10, 20, 30]
    limit = 1
    assert len(frame.query("n > @limit")) == 2
    assert limit == 1
    assert pd.NA is pd.NA


def test_sqlite3():
    sqlite3 = library("sqlite3")
    db = sqlite3.connect(":memory:")
    db.execute("create table t (a, b)")
    db.executemany("insert into t values (?, ?)", [(1, "x"), (2, "y")])
    db.create_function("double", 1, lambda v: v * 2)
    rows = db.execute("select double(a), b from t order by a").fetchall()
    assert list(rows) == [(2, "x"), (4, "y")]
    db.close()


LXML_PAGE = "<page><item n='1'>one</item><item n='2'>two</item></page>"


def test_lxml_xpath_with_an_extension_function():
    etree = library("lxml.etree")
    tree = etree.fromstring(LXML_PAGE)
    assert [item.text for item in tree.xpath("//item[@n > 1]")] == ["two"]
    assert [item.get("n") for item in tree.iter("item")] == ["1", "2"]

    def longer(context, nodes, limit):
        return [node for node in nodes if len(node.text) + int(node.get("n")) > limit]

    functions = {("urn:pypy", "longer"): longer}
    found = tree.xpath("p:longer(//item, 4)", namespaces={"p": "urn:pypy"}, extensions=functions)
    assert [item.text for item in found] == ["two"]

    def broken(context):
        raise KeyError("in PyPy")

    with pytest.raises(KeyError, match="in PyPy"):
        tree.xpath("p:broken()", namespaces={"p": "urn:pypy"},
                   extensions={("urn:pypy", "broken"): broken})
    with pytest.raises(SyntaxError) as caught:
        etree.fromstring("<a><b></a>")
    assert type(caught.value).__name__ == "XMLSyntaxError" and caught.value.lineno == 1


def test_lxml_feeds_an_object_of_pypy():
    etree = library("lxml.etree")

    class Target:
        def __init__(self):
            self.events = []

        def start(self, tag, attributes):
            self.events.append((tag, dict(attributes)))

        def end(self, tag):
            self.events.append("/" + tag)

        def data(self, text):
            self.events.append(text)

        def close(self):
            return self.events

    events = etree.fromstring(LXML_PAGE, etree.XMLParser(target=Target()))
    assert list(events) == [("page", {}), ("item", {"n": "1"}), "one", "/item",
                            ("item", {"n": "2"}), "two", "/item", "/page"]


def test_lxml_resolver_class_of_pypy():
    etree = library("lxml.etree")

    class Resolver(etree.Resolver):
        asked = []

        def resolve(self, url, public, context):
            self.asked.append(url)
            return self.resolve_string("<!ENTITY word 'from PyPy'>", context)

    parser = etree.XMLParser(load_dtd=True, resolve_entities=True)
    parser.resolvers.add(Resolver())
    page = etree.fromstring("<!DOCTYPE page SYSTEM 'a.dtd'><page>&word;</page>", parser)
    assert page.text == "from PyPy"
    assert [url.rpartition("/")[2] for url in Resolver.asked] == ["a.dtd"]


def test_tqdm_draws_in_place(program):
    library("tqdm")
    done = program("""if 1:
        import cpyembed
        cpyembed.install("tqdm")
        from tqdm import tqdm
        total = 0
        for n in tqdm(range(50), desc="adding", mininterval=0, ncols=60):
            total += n
        with tqdm(total=3, mininterval=0) as bar:
            for _ in range(3):
                bar.update()
        print(total, bar.n)
    """, text=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == b"1225 3\n"
    one, other, rest = done.stderr.decode().split("\n")
    assert one.count("\r") > 10 and "adding: 100%" in one and " 50/50 " in one
    assert other.count("\r") >= 3 and " 3/3 " in other and rest == ""


def test_json_csv_and_regular_expressions(tmp_path):
    json = cpyembed.import_module("json")
    assert json.dumps({"a": [1, None, True]}) == '{"a": [1, null, true]}'
    assert json.loads("[1]", parse_int=lambda s: "n" + s)[0] == "n1"
    re = cpyembed.import_module("re")
    assert re.sub("[0-9]+", lambda m: "<%s>" % m.group(), "a1b22") == "a<1>b<22>"
