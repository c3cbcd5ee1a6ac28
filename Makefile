.PHONY: serve test lint types bench docs clean
SETUP = python3 dihya_core/src/dihya_core/bootstrap.py
BIN = .venv/bin

serve: ; @$(SETUP) && $(BIN)/dihya setup && exec $(BIN)/dihya serve
test: ; @$(SETUP) dev && $(BIN)/tox run -e lint,types,py,postgresql,plugin,docs,e2e
lint: ; @$(SETUP) dev && $(BIN)/tox run -e lint
types: ; @$(SETUP) dev && $(BIN)/tox run -e types
bench: ; @$(SETUP) dev && $(BIN)/tox run -e bench
docs: ; @$(SETUP) dev && $(BIN)/dihya docs reference
clean: ; rm -rf .venv .tox .mypy_cache .ruff_cache .hypothesis
