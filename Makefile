# What can be done here? `make` alone prints it. Needs python3.11 or newer with venv, and make.
.DEFAULT_GOAL := help
SHELL := /bin/sh
.DELETE_ON_ERROR:

V := .venv
BIN := $(V)/bin
# The first interpreter that is new enough and can make virtual environments.
FIND_PYTHON = for p in $(PYTHON) python3.13 python3.12 python3.11 python3; do \
	"$$p" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo "$$p"; exit 0; }; done; \
	echo "No Python 3.11 or newer with the venv module was found; install one (on Debian: apt-get install python3 python3-venv) or name it: make PYTHON=/path/to/python3" >&2; exit 1
# Nothing is compiled that is never imported: half the time. Warnings are about the machine, not us.
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check --no-input
# A stamp's name holds a checksum of the lock and of this folder: a changed lock installs again, a
# moved checkout begins again (programs of a virtual environment know their folder).
SUM = $(firstword $(shell { cat $(1); pwd; } | cksum))
MADE := $(V)/.made-$(call SUM,/dev/null)
LOCAL := $(V)/.local-$(call SUM,requirements-local.txt)
DEV := $(V)/.dev-$(call SUM,requirements-dev.txt)

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

run: $(LOCAL)  ## start everything on this machine, until Ctrl-C: http://127.0.0.1:8000
	@exec $(BIN)/intake run

demo: $(LOCAL)  ## six worked cases over HTTP, from intake to delivered reminder, in their own stack
	@exec $(BIN)/intake demo journey

stop: $(LOCAL)  ## stop what `make run` started, from any terminal
	@exec $(BIN)/intake stop

reset: $(LOCAL)  ## stop and delete the local data, keys and passwords (asks first)
	@exec $(BIN)/intake reset

doctor: $(LOCAL)  ## check the installation and say how to mend it
	@exec $(BIN)/intake doctor

test: $(DEV)  ## the tests but those of `make e2e`, at most three minutes
	$(BIN)/pytest -n 2 -m "not slow and not e2e"

test-slow: $(DEV)  ## what `make test` leaves out: whole tables, kills by the hundred, the demo
	$(BIN)/pytest -n 2 -m "slow and not e2e"

e2e: $(DEV)  ## the console in a real browser; needs Chromium
	$(BIN)/pytest -n 2 tests/e2e

screenshots: $(DEV)  ## the README's pictures in docs/img, from demo people; needs Chromium
	@$(BIN)/python -m tests.pictures

test-all: $(DEV)  ## every test
	$(BIN)/pytest -n 2

contract: $(DEV)  ## renew docs/openapi.json and docs/api-paths.md after a change of the API
	@RENEW_CONTRACT=1 $(BIN)/pytest -q tests/docs/test_contract.py

fuzz: $(DEV)  ## 20 000 generated requests against the contract, about ten minutes
	@$(BIN)/python -m tests.hostile

mutants: $(DEV)  ## remove one guard at a time and see a test fail, about ten minutes
	@$(BIN)/python -m tests.mutants

bench: $(DEV)  ## figures beside their goals; nothing fails
	@$(BIN)/python -m bench

# bandit's minor findings, and B108, are ruff's rules S too, where each exception has its reason.
lint: $(DEV)  ## format, rules, types, imports, security, compose file, migrations
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit --quiet --recursive --severity-level medium --skip B108 intake worker wsgi.py
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	$(BIN)/intake db upgrade --sql > $(V)/upgrade.sql
	$(BIN)/squawk $(V)/upgrade.sql

fmt: $(DEV)  ## format the code and mend what can be mended by itself
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

migrate: $(LOCAL)  ## bring the database of `make run`, or of MIGRATION_DATABASE_URL, up to date
	@exec $(BIN)/intake db upgrade

revision: $(DEV)  ## begin a migration: make revision NAME="add consent"
	@test -n "$(NAME)" || { echo 'Say what it does: make revision NAME="add consent"' >&2; exit 2; }
	@exec $(BIN)/intake db revision "$(NAME)"

# uv in an environment of its own: it locks for every supported Python and platform, with hashes,
# and writes no address of a package index into the files.
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-config
lock:  ## renew the hash-locked requirements from their .in files
	@python=$$($(FIND_PYTHON)) && tools=$$(mktemp -d) && trap 'rm -rf "$$tools"' EXIT \
	&& "$$python" -m venv "$$tools" && "$$tools/bin/pip" install -qq --disable-pip-version-check uv \
	&& for name in requirements requirements-local requirements-dev; do \
		echo "$$name.txt" && "$$tools/bin/"$(LOCK) $$name.in -o $$name.txt || exit 1; done

$(MADE):
	@python=$$($(FIND_PYTHON)) && echo "Making $(V) with $$python" && "$$python" -m venv --clear $(V)
	@touch $@

# The project itself goes in last, built with what the lock installed.
INSTALL = $(PIP) install --no-compile --require-hashes -r $(1) && $(PIP) install --no-deps --no-build-isolation -e .

$(LOCAL): | $(MADE)
	@echo "Installing requirements-local.txt (once, about a minute)"
	@$(call INSTALL,requirements-local.txt)
	@rm -f $(V)/.local-* && touch $@

# The development requirements hold the local ones too.
$(DEV): | $(MADE)
	@echo "Installing requirements-dev.txt (once, about a minute)"
	@$(call INSTALL,requirements-dev.txt)
	@rm -f $(V)/.dev-* $(V)/.local-* && touch $@ $(LOCAL)

.PHONY: help run demo stop reset doctor test test-slow test-all e2e screenshots contract fuzz \
	mutants bench lint fmt migrate revision lock
