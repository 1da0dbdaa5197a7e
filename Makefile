# The commands of the project; `make` alone lists them.
PORT ?= 8000
DEMO ?= 1
PYTHON := .venv/bin/python
# Arithmetic, law and the ground under them are type-checked; the rest is annotated only.
TYPED := antq_portal/lib antq_portal/env.py antq_portal/embedded $(wildcard \
	criteria/scoring* criteria/proposals* criteria/workflow* evaluations/workflow.py reports/base.py)
# A file is run by one process, which sets up once what its tests share; order: tests/conftest.py.
TWO := -n 2 --dist loadfile --no-loadscope-reorder
export PORT DEMO

.DEFAULT_GOAL := help
.PHONY: help install run test slow lint format docs bench lock reset

help: ## list the commands
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

install: ## .venv with everything for development
	@scripts/setup.sh dev

run: ## set up what is missing and run the portal on http://127.0.0.1:$(PORT)
	@scripts/setup.sh run
	@exec $(PYTHON) scripts/run.py

test: ## every test but the slow ones
	@scripts/setup.sh dev browser
	@scripts/with_services.sh $(PYTHON) -m pytest $(TWO) -m "not slow" $(ARGS)

slow: ## the slow tests
	@scripts/setup.sh dev browser
	@scripts/with_services.sh $(PYTHON) -m pytest $(TWO) -m slow $(ARGS) || [ $$? -eq 5 ]

lint: install ## style, imports, types, missing migrations
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports --no-logo
	scripts/with_services.sh .venv/bin/mypy $(TYPED)
	scripts/with_services.sh $(PYTHON) manage.py makemigrations --check --dry-run

format: install ## let ruff rewrite the code
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

docs: install ## write the generated parts of docs/ anew
	@$(PYTHON) scripts/legal_index.py
	@$(PYTHON) scripts/procedure_table.py

bench: install ## benchmarks in a database of their own; JSON under .local/bench/
	@scripts/with_services.sh $(PYTHON) -m bench $(ARGS)

lock: ## newest versions into the lock files (needs uv)
	uv pip compile -q --upgrade --universal --generate-hashes --no-emit-index-url \
		--python-version 3.11 --custom-compile-command "make lock" pyproject.toml -o requirements.lock
	uv pip compile -q --upgrade --universal --generate-hashes --no-emit-index-url \
		--python-version 3.11 --custom-compile-command "make lock" --extra dev \
		-c requirements.lock pyproject.toml -o requirements-dev.lock

reset: ## remove .local/ (database, files, keys) after asking
	@scripts/reset.sh
