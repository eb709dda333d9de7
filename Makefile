# `make help` lists what can be made. Everything runs in .venv, which is made when it is first needed.

VENV_PYTHON := .venv/bin/python
APP_READY := .venv/app.stamp
DEV_READY := .venv/dev.stamp

.PHONY: help run test lint unit browser integration bench load picture clean
.NOTPARALLEL:

help:  ## list these commands
	@sed -n 's/^\([a-z]*\):.*## /  make \1 - /p' Makefile

run: $(APP_READY)  ## open the app in a browser (PORT=8600 chooses the port)
	$(VENV_PYTHON) -m streamlit run app.py $(if $(PORT),--server.port $(PORT))

test: chromium  ## style, types, units and browser; the last line says what came of them
	@$(VENV_PYTHON) -m tools.stages lint unit browser

lint: $(DEV_READY)  ## style and types
	$(VENV_PYTHON) -m ruff check .
	$(VENV_PYTHON) -m ruff format --check .
	$(VENV_PYTHON) -m mypy

unit: $(DEV_READY)  ## what you run while you work: tests that need no browser, and the examples in the docstrings
	$(VENV_PYTHON) -m pytest -m "not browser and not integration" -n auto --junitxml=.pytest_cache/$@.xml

browser: $(DEV_READY) chromium  ## tests of the running app in a real browser
	$(VENV_PYTHON) -m pytest -m browser -n 2 --dist worksteal --junitxml=.pytest_cache/$@.xml

integration: $(DEV_READY)  ## tests that need programs which a laptop may lack: Firefox, WebKit
	$(VENV_PYTHON) -m pytest tests/integration

bench: $(DEV_READY) chromium  ## run every script in benchmarks/
	@set -e; for script in benchmarks/bench_*.py; do \
		echo "== $$script"; $(VENV_PYTHON) -m benchmarks.$$(basename $$script .py); done

load: $(DEV_READY)  ## what 1, 10 and 50 visitors at a time wait for, and the server's memory
	$(VENV_PYTHON) -m benchmarks.bench_load

picture: $(DEV_READY) chromium  ## make the README's pictures anew
	$(VENV_PYTHON) -m tools.make_picture

clean:  ## remove .venv and caches
	rm -rf .venv .pytest_cache .hypothesis .mypy_cache .ruff_cache

.PHONY: chromium
chromium: $(DEV_READY)  # find a Chromium for the browser tests, or install one
	@$(VENV_PYTHON) -m tools.chromium

$(APP_READY): requirements.txt tools/make_venv.sh
	@sh tools/make_venv.sh requirements.txt
	@touch $@

$(DEV_READY): requirements.txt requirements-dev.txt tools/make_venv.sh
	@sh tools/make_venv.sh requirements-dev.txt
	@touch $(APP_READY) $@
