"""scikit-learn and PyTorch, where the CPython of the run has them: PyPy code inside their loops.

Each in a program of its own: they are large, and start threads.
"""

import textwrap

import pytest

import cpyembed

PIPELINE = """
    import cpyembed
    cpyembed.install("numpy", "sklearn")
    import numpy as np
    from sklearn.linear_model import Ridge
    from sklearn.metrics import make_scorer
    from sklearn.model_selection import cross_val_score
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import FunctionTransformer, StandardScaler

    rows = np.array([[i / 10.0, (i * 7 % 11) / 5.0] for i in range(60)])
    wanted = np.array([3 * a * a - 2 * b + 1 for a, b in rows])   # straight in a * a and b
    calls = {"squares": 0, "scorer": 0}

    def squares(x):
        calls["squares"] += 1
        return np.column_stack([x[:, 0] ** 2, x[:, 1]])

    def largest_error(truth, guess):
        calls["scorer"] += 1
        return max(abs(a - b) for a, b in zip(truth, guess))

    pipeline = Pipeline([("squares", FunctionTransformer(squares)), ("scale", StandardScaler()),
                         ("line", Ridge(alpha=1e-9))])
    pipeline.fit(rows, wanted)
    assert calls["squares"] == 1
    assert abs(float(pipeline.predict(np.array([[7.0, 2.0]]))[0]) - (3 * 49 - 4 + 1)) < 1e-5

    scorer = make_scorer(largest_error, greater_is_better=False)
    scores = cross_val_score(pipeline, rows, wanted, cv=3, scoring=scorer)
    assert calls["scorer"] == 3 and len(scores) == 3
    assert all(-1e-5 < score <= 0 for score in scores), scores

    plain = Pipeline([("scale", StandardScaler()), ("line", Ridge(alpha=1e-9))])
    worst = cross_val_score(plain, rows, wanted, cv=3, scoring=scorer)
    assert min(worst) < -1                                # without the squares it does not fit

    def broken(truth, guess):
        raise KeyError("scorer")

    try:
        cross_val_score(pipeline, rows, wanted, cv=3, scoring=make_scorer(broken),
                        error_score="raise")
    except KeyError as error:
        print("fitted", error.args)
"""

TRAINING = """
    import cpyembed
    cpyembed.install("torch")
    import torch

    class Polynomial(torch.nn.Module):
        def __init__(self, degree):
            super().__init__()
            self.factors = torch.nn.Parameter(torch.zeros(degree + 1, dtype=torch.float64))
            self.calls = 0

        def forward(self, x):
            self.calls += 1
            return sum(self.factors[i] * x ** i for i in range(self.factors.shape[0]))

    torch.manual_seed(1)
    net = Polynomial(2)
    assert isinstance(net, torch.nn.Module)
    assert [name for name, _ in net.named_parameters()] == ["factors"]
    x = torch.linspace(-1, 1, 50, dtype=torch.float64)
    y = 1 - 2 * x + 3 * x ** 2

    loss = ((net(x) - y) ** 2).mean()
    loss.backward()
    for i in range(3):                                     # d/df_i of mean((p(x) - y)^2)
        by_hand = float((-2 * y * x ** i).mean())
        assert abs(float(net.factors.grad[i]) - by_hand) < 1e-12

    class Cube(torch.autograd.Function):
        @staticmethod
        def forward(ctx, t):
            ctx.save_for_backward(t)
            return t ** 3

        @staticmethod
        def backward(ctx, grad):
            t, = ctx.saved_tensors
            return 3 * t ** 2 * grad

    t = torch.tensor([0.5, -2.0], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(Cube.apply, (t,))

    model = torch.nn.Sequential(net)                       # CPython calls forward
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    for step in range(300):
        optimizer.zero_grad()
        loss = ((model(x) - y) ** 2).mean()
        loss.backward()
        optimizer.step()
    assert net.calls == 301
    assert float(loss) < 1e-4, float(loss)
    found = [round(float(f), 1) for f in net.factors]
    print("trained", found)
"""


def run(program, module, code):
    """The output of `code` (str), a program that needs `module` (str)."""
    if not cpyembed.import_module("importlib.util").find_spec(module):
        pytest.skip("the CPython of this run has no %s" % module)
    done = program(textwrap.dedent(code), timeout=180)
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")[0]


@pytest.mark.timeout(200)
def test_scikit_learn_with_a_transformer_and_a_scorer_in_pypy(program):
    assert run(program, "sklearn", PIPELINE) == "fitted ('scorer',)"


@pytest.mark.timeout(200)
def test_pytorch_trains_a_module_that_pypy_subclassed(program):
    assert run(program, "torch", TRAINING) == "trained [1.0, -2.0, 3.0]"
