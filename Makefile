# Wenju: `make run` and `make test` build what they need. `make help` lists everything.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run ask test check lint types unit browser clean

PYTHON ?=
PIP_FLAGS ?=
CORPUS ?=
Q ?=
HOST ?= 127.0.0.1
PORT ?= 7860

BIN := .venv/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check $(PIP_FLAGS) -c constraints.txt

# a folder of articles gets an index of its own name; without one, the sample is served
ifeq ($(CORPUS),)
  INDEX ?= indexes/sample
  ARTICLES := --sample
  SERVED := --sample
else
  FOLDER := $(patsubst ~/%,$(HOME)/%,$(CORPUS))
  INDEX ?= indexes/$(shell basename "$(FOLDER)")
  ARTICLES := "$(FOLDER)"
  SERVED :=
endif

help: ## list the targets
	@grep -E '^[a-z]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 8
	@echo 'make run CORPUS=~/journals      a folder of your own'
	@echo 'make ask Q="…" CORPUS=…         one question in the terminal'

run: .venv/run.stamp ## index the sample (or CORPUS=folder) and open the web chat
	@if [ -n '$(CORPUS)' ]; then $(BIN)/wenju index $(ARTICLES) --index "$(INDEX)"; fi
	@exec $(BIN)/wenju serve $(SERVED) --index "$(INDEX)" --host $(HOST) --port $(PORT)

ask: .venv/run.stamp ## answer Q="…" in the terminal, from the sample or CORPUS
	@$(BIN)/wenju index $(ARTICLES) --index "$(INDEX)" >&2
	@$(BIN)/wenju ask --index "$(INDEX)" -- "$$Q"
export Q

test: .venv/dev.stamp browser check ## everything CI runs, from a bare checkout

check: lint types unit ## ruff, mypy and pytest

lint: .venv/dev.stamp
	@$(BIN)/ruff check .

types: .venv/dev.stamp
	@$(BIN)/mypy

# A test that fails is tried twice more and listed as such: hundreds of them wait for browsers, processes and signals.
# Plain pytest tries once.
unit: .venv/dev.stamp
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest --reruns 2 -rR

# The browser tests want Chromium and a font with Chinese characters. Debian's packages are the one way that
# needs no download from anywhere else; where they cannot be had the tests say that they were skipped.
browser:
	@have() { command -v chromium || command -v chromium-browser || command -v google-chrome; }; \
	if have >/dev/null && [ -n "$$(fc-list :lang=zh 2>/dev/null)" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo 'Installing Chromium and a Chinese font for the browser tests …'; \
	  if apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
	     chromium fontconfig fonts-noto-cjk >/dev/null; then exit 0; fi; \
	fi; \
	echo '*****************************************************************************'; \
	echo '* No Chromium or no Chinese font: the browser tests will be SKIPPED.        *'; \
	echo '* On Debian or Ubuntu: sudo apt-get install chromium fontconfig fonts-noto-cjk *'; \
	echo '*****************************************************************************'

clean: ## remove the environment and the caches; indexes stay
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

.venv/pip.stamp:
	@chosen=''; \
	for candidate in $(if $(PYTHON),'$(PYTHON)',python3.11 python3.12 python3.13 python3); do \
	  if "$$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    chosen="$$candidate"; break; \
	  fi; \
	done; \
	if [ -z "$$chosen" ]; then \
	  echo 'Wenju needs Python 3.11 or newer with venv. Tried without success: $(or $(PYTHON),python3.11 python3.12 python3.13 python3).' >&2; \
	  echo 'Debian and Ubuntu: sudo apt-get install python3 python3-venv. Or name one: make run PYTHON=/path/to/python3.11' >&2; \
	  exit 1; \
	fi; \
	echo "Making .venv with $$("$$chosen" --version) …"; \
	rm -rf .venv; "$$chosen" -m venv .venv
	@touch $@

.venv/run.stamp: .venv/pip.stamp constraints.txt pyproject.toml
	@echo 'Installing pinned packages; the first time takes minutes, torch is the largest …'
	@$(PIP) -e .
	@touch $@

.venv/dev.stamp: .venv/run.stamp
	@$(PIP) -e '.[dev]'
	@touch $@
