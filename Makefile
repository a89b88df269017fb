# Everything that is more than a line or two is in tools/.
PYTHON ?= python3
export TORCH

.PHONY: help demo test stress lint docs bench translate

help:
	@echo "make demo       draw the plot of 2011: on the native build, else on a stock PyPy"
	@echo "make test       all tests that can run on this machine; with TORCH=1, PyTorch too"
	@echo "make stress     tests/stress on the native build, a minute each"
	@echo "make lint       the linters alone"
	@echo "make docs       the documentation as a site, in build/docs"
	@echo "make bench      every figure, against every baseline, in 40 minutes: docs/bench"
	@echo "make translate  build PyPy with CPython inside (./translate.sh --help says more)"

demo:
	@$(PYTHON) -B -m tools.demo

test:
	@$(PYTHON) -B -m tools.run_tests

stress:
	@$(PYTHON) -B -m tools.stress

lint:
	@$(PYTHON) -B -m tools.run_tests lint

docs:
	@$(PYTHON) -B -m tools.docs

bench:
	@$(PYTHON) -B -m bench --docs docs

translate:
	@./translate.sh
