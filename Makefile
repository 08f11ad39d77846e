# Every target works from a fresh clone with Python 3.11+, git and make. `make help` lists them.
SHELL := /bin/bash
PYTHON ?= python3
UV := .uv/bin/uv
BIN := .venv/bin
DEMO_PORT ?= 8000

.PHONY: help setup demo run test check bench docs bundle lock clean
.DEFAULT_GOAL := help

help: ## what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

# The stamp names everything that the environment is made of: change one, and setup runs again.
.venv/ready: pyproject.toml requirements/dev.txt requirements/uv.txt package-lock.json scripts/setup.py $(shell find src -name '*.po')
	@test -x $(UV) || { $(PYTHON) -m venv .uv && .uv/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements/uv.txt; }
	@test -x $(BIN)/python || $(UV) venv -q --python $(PYTHON) .venv
	@$(UV) pip sync -q --compile-bytecode --python $(BIN)/python --require-hashes requirements/dev.txt
	@$(UV) pip install -q --python $(BIN)/python --no-deps -e .
	@$(BIN)/python scripts/setup.py
	@touch $@

setup: .venv/ready ## make .venv with everything in it

demo: .venv/ready ## a running district with data in it (DEMO_PORT=8000)
	@$(BIN)/shuzhi demo --home .shuzhi --port $(DEMO_PORT)

run: .venv/ready ## the platform for this machine: web and worker, no demo data
	@$(BIN)/shuzhi serve --with-worker

test: .venv/ready ## every test, on SQLite and, where a server is found, on PostgreSQL
	@$(BIN)/python scripts/run_tests.py

check: .venv/ready ## lint, types, layers, translations
	@$(BIN)/ruff check . && $(BIN)/ruff format --check -q . && $(BIN)/mypy && $(BIN)/lint-imports && $(BIN)/python scripts/messages.py check

bench: .venv/ready ## every figure of docs/benchmarks.md
	@$(BIN)/python -m benchmarks.run --write

docs: .venv/ready ## rebuild the generated parts of docs/
	@$(BIN)/python scripts/reference.py

bundle: .venv/ready ## an archive in dist/ that installs on a machine with no network
	@$(BIN)/python scripts/bundle.py

lock: ## resolve the versions anew (hashes, no addresses)
	@for set in runtime dev; do $(UV) pip compile -q --universal --generate-hashes --no-header --python-version 3.11 \
	  $$( [ $$set = dev ] && echo --extra dev ) pyproject.toml -o requirements/$$set.txt; done

clean: ## remove what was made, not what was entered
	@rm -rf .venv .uv node_modules build dist src/shuzhi/portal/static/vendor .mypy_cache .ruff_cache .pytest_cache
