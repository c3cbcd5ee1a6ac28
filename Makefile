.PHONY: serve test lint types bench docs clean
SETUP = python3 dihya_core/bootstrap.py
BIN = .venv/bin

# An option that stands on make's own command line; some shells export a HOST that nobody meant.
given = $(if $(filter command,$(origin $(1))),--$(2) '$($(1))')

# make serve PORT=8001 HOST=0.0.0.0 ADMIN=ann@example.org; nobody is asked
serve: ; @$(SETUP) && $(BIN)/dihya setup $(call given,ADMIN,admin) </dev/null && exec $(BIN)/dihya serve $(call given,HOST,host) $(call given,PORT,port)
test: ; @$(SETUP) dev && $(BIN)/tox run -e lint,types,py,postgresql,plugin,docs,e2e
lint: ; @$(SETUP) dev && $(BIN)/tox run -e lint
types: ; @$(SETUP) dev && $(BIN)/tox run -e types
bench: ; @$(SETUP) dev && $(BIN)/tox run -e bench
docs: ; @$(SETUP) dev && $(BIN)/dihya docs reference
clean: ; rm -rf .venv .tox .mypy_cache .ruff_cache .hypothesis
