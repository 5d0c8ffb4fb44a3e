# Everything that is done by hand, in one word each; `make` alone lists the words.
# Nothing here goes by dates: scripts/install.py and `plainpied build --if-changed` compare hashes.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help demo install maps ready browser check test proof bench lock clean

help: ## List these words
	@echo "make WORD, where WORD is:"
	@sed -n 's/^\([a-z]*\):.*## /  \1\t/p' Makefile | expand -t 12
	@echo "PYTHON=python3.12 chooses the Python (3.11 or newer), PORT=8001 the port of the demo."

demo: install maps ## Build the two embedded networks and serve them on http://127.0.0.1:8000
	@$(BIN)/python -m scripts.demo --host $(HOST) --port $(PORT)

install: ## Make .venv with the pinned packages and the command plainpied
	@$(INSTALL)

ready: # the same with the tools of development
	@$(INSTALL) --dev

INSTALL = command -v "$(PYTHON)" >/dev/null || { echo "$(PYTHON) is not on this machine: \
	install Python 3.11 or newer, or name yours: make PYTHON=..." >&2; exit 1; }; "$(PYTHON)" scripts/install.py

check: ready ## Format, lint, strict types and the architecture: seconds
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest -q tests/test_architecture.py

test: ready browser ## The whole test suite, on up to four cores: minutes
	$(BIN)/pytest -n logical --maxprocesses 4 --dist worksteal

maps: install # what makes the maps of the pages movable, where npm is
	@$(BIN)/python -m scripts.vendor --pages

browser: ready # what the tests of the pages need: a Chromium and axe-core
	@$(BIN)/python -m scripts.browser

proof: ready browser ## The long runs, by hand; their dated results go to docs/performance.md
	PLAINPIED_PROOF=1 $(BIN)/pytest -m proof -s
	PLAINPIED_PROOF=1 $(BIN)/pytest tests/routing/test_search.py tests/routing/test_twins.py tests/access/test_boarding_laws.py
	$(BIN)/python -m scripts.bench_api --write docs/performance.md

bench: ready ## Measure speed and memory; writes docs/performance.md
	$(BIN)/python -m scripts.bench --write docs/performance.md
	$(BIN)/python -m scripts.bench --walking --write docs/performance.md
	$(BIN)/python -m scripts.bench --beside --write docs/performance.md
	$(BIN)/python -m scripts.bench_audit --write docs/performance.md

lock: ready ## Pin the newest packages that setup.cfg allows, with their hashes
	$(BIN)/uv $(LOCK) --extra build -o requirements.lock
	$(BIN)/uv $(LOCK) --extra build --extra dev --extra serve -c requirements.lock -o requirements-dev.lock

LOCK = pip compile setup.cfg --quiet --upgrade --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock"

clean: ## Remove everything that was made: .venv, networks, caches
	rm -rf .venv networks build dist webapp/static/vendor *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .cache
	find planner webapp scripts tests -name __pycache__ -type d -prune -exec rm -rf {} +
