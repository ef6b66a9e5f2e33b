# The two commands: `make run` opens the clinic, `make test` proves it.
# Anything else is for developers. PYTHON=python3.12 names another Python.

PYTHON ?= python3
VENV = .venv/bin/python

.PHONY: run test bench setup manage format

run:
	@$(PYTHON) kap/embedded/bootstrap.py run
	@exec $(VENV) -m kap.embedded.run --with-parent

test:
	@$(PYTHON) kap/embedded/bootstrap.py test
	@exec $(VENV) -m kap.embedded.prove

bench:
	@$(PYTHON) kap/embedded/bootstrap.py test
	@exec $(VENV) -m bench

setup:
	@$(PYTHON) kap/embedded/bootstrap.py test

# make manage ARGS="audit_verify"
manage:
	@$(PYTHON) kap/embedded/bootstrap.py run
	@exec $(VENV) -m kap.embedded.command $(ARGS)

format:
	@$(VENV) -m ruff check --fix --quiet .
	@$(VENV) -m ruff format --quiet .
