# make run     start everything and print the address of the chat page
# make setup   the preparing part of it alone
# make test    everything CI runs      make test-fast   without model, browser and load
# make chat    talk in the terminal    make nlu         the understanding server alone
# make check   the content             make lint        style, types, architecture
.ONESHELL:
SHELL := /bin/bash
.SHELLFLAGS := -euc
.PHONY: run setup test test-fast chat nlu check lint schemas translations coverage evaluate measure dialogues new-country new-language clean

UV = $(shell command -v uv || echo .tools/bin/uv)
PYTHON = .venv/bin/python
RASA = rasa_project/.venv/bin/python

run: setup
	@exec $(PYTHON) -m bot run

setup: .venv/.ready rasa_project/.venv/.ready
	@$(RASA) rasa_project/train.py || [ $$? -eq 3 ] # 3: trained, but the model served before understands better

.venv/.ready: uv.lock pyproject.toml
	@command -v uv >/dev/null || [ -x .tools/bin/uv ] || { echo "Installing uv into .tools…"; python3 -m venv .tools && .tools/bin/pip install -q uv==0.13.8; }
	@echo "Preparing the bot's environment…"
	$(UV) sync --locked --quiet
	@touch $@

rasa_project/.venv/.ready: rasa_project/uv.lock rasa_project/pyproject.toml rasa_project/find_python.sh | .venv/.ready
	@python310=$$(rasa_project/find_python.sh) || exit 1
	echo "Preparing the understanding server's environment with $$python310 (about 1.6 GB)…"
	cd rasa_project
	UV=$$(command -v uv || echo ../.tools/bin/uv)
	$$UV sync --locked --quiet --python "$$python310"
	touch .venv/.ready

chat: setup
	@exec $(PYTHON) -m bot chat

nlu: setup
	@exec $(PYTHON) -m bot nlu

check: .venv/.ready
	@$(PYTHON) -m bot check

lint: .venv/.ready
	$(PYTHON) -m ruff check bot tests benchmarks scripts
	$(PYTHON) -m ruff format --check bot tests benchmarks scripts
	$(PYTHON) -m mypy bot
	.venv/bin/lint-imports
	.venv/bin/yamllint --strict content locales
	.venv/bin/codespell --skip '*.po,*.pot,*.lock,*dialogues.md,*coverage.md,*.min.js' CONTRIBUTING.md docs bot
	$(PYTHON) -m bot schemas --check
	$(PYTHON) -m bot translations --check
	$(PYTHON) -m bot check --no-warnings

test-fast: .venv/.ready lint
	$(PYTHON) -m pytest -m "not model and not browser and not load"

test: setup lint
	scripts/browser.sh
	$(PYTHON) -m pytest
	cd rasa_project && .venv/bin/python -m pytest

schemas translations coverage: .venv/.ready
	@$(PYTHON) -m bot $@

evaluate: setup
	@$(RASA) rasa_project/evaluate.py

measure: setup
	@$(PYTHON) -m benchmarks.measure

dialogues: setup
	@$(PYTHON) -m scripts.dialogues

new-country: .venv/.ready
	@$(PYTHON) -m bot new-country $(C)
	$(PYTHON) -m bot coverage # the page and the README name every country

new-language: .venv/.ready
	@$(PYTHON) -m bot new-language $(L)
