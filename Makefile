# Two commands: `make demo` shows the main job, `make test` sets up and runs every test.
# `make test PYTHON=python3.12` works in a folder of its own, so that no two Pythons share a venv.
PYTHONS := sh tests/support/pythons.sh
ifeq ($(filter-out python3,$(PYTHON)),)
WORK   := .work
VENV   := .venv
CHOSEN  = $(shell $(PYTHONS) first)
else
CHOSEN := $(shell $(PYTHONS) $(PYTHON))
WORK   := .work/$(or $(firstword $(CHOSEN)),$(error no Python to work with))
VENV   := $(WORK)/venv
endif
BIN    := $(VENV)/bin
SOURCES := $(shell find agent mailbox policies store templates -type f -not -name '*.pyc' 2>/dev/null | sort)
PIP    := $(BIN)/python -m pip -qq --disable-pip-version-check

.PHONY: weights demo test quick lint crash soak bench findings clean setup system lock release tables talk

demo: setup
	@$(BIN)/deskless demo

# What has to be covered whole, the tests of its own room cover: counting costs half as much again,
# so the suite as a whole goes without. Its bytecode is kept, whatever the environment prefers.
test quick: export PYTHONDONTWRITEBYTECODE :=
test: setup system lint
	$(BIN)/python -m pytest -q -m "not slow" tests/test_case_*.py tests/test_talk.py --cov=deskless.agent.case --cov=deskless.agent.live --cov=deskless.agent.reply --cov=deskless.agent.language --cov=deskless.agent.figures --cov-branch --cov-fail-under=100 --cov-report=
	$(BIN)/python -m pytest -n 2 --dist worksteal

quick: setup
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not slow"

lint: setup
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --quiet --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache >/dev/null
	@mkdir -p .work
	@grep -ohE '\{[{%][^}]*[%}]\}' templates/*/*.j2 | grep -ohE '[a-z_]{2,}' | sort -u | sed 's/.*/getattr(0, "&")/' >.work/templates.py
	$(BIN)/vulture
	$(BIN)/deptry --no-ansi agent mailbox policies store templates

# Kill the daemon at every step, start it again, and see that nothing was lost or doubled.
crash: setup
	$(BIN)/python tests/crash/table.py

soak: setup
	$(BIN)/python bench/soak.py

bench: setup
	@for one in bench/*.py; do echo "== $$one"; $(BIN)/python $$one || exit 1; done

# What surprised us in other people's software; needs the package registries, so CI leaves it out.
findings:
	@for script in findings/*.sh; do \
	  test -e "$$script" || { echo 'findings: none written down yet'; break; }; \
	  echo "== $$script"; sh "$$script" || exit 1; done

setup: $(WORK)/installed

# What only root or Debian can give; where it cannot be had, the tests that need it say so and skip.
system:
	@sh tests/support/system.sh

# A venv of another Python than the one asked for is made anew.
$(WORK)/python: force
	@mkdir -p $(WORK)
	@set -- $(CHOSEN); test -n "$${2-}" || exit 1; \
	    $(PYTHONS) same $(BIN)/python $$2 || rm -rf $(VENV) $@; test -e $@ || echo $$2 >$@

# The lock is complete, so nothing is resolved: pip 23.2 (Python 3.11.7 brings it) takes an extra such
# as coverage[toml] apart from its pin and then refuses the newer release that an index offers.
$(WORK)/requirements: requirements.lock $(WORK)/python
	@echo 'deskless: setting up $(VENV) with the pinned packages, once (a minute or two)'
	@test -x $(BIN)/python || $$(cat $(WORK)/python) -m venv $(VENV)
	@$(PIP) install --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -m pip --disable-pip-version-check check >$(WORK)/pip-check || { cat $(WORK)/pip-check; exit 1; }
	@cp requirements.lock $@

# A strict editable install is a tree of links, so it is made again when files come or go.
$(WORK)/installed: $(WORK)/requirements pyproject.toml $(WORK)/files
	@rm -rf build
	@$(PIP) install --no-deps --no-build-isolation -e . --config-settings editable_mode=strict
	@touch $@

$(WORK)/files: force
	@mkdir -p $(WORK)
	@printf '%s\n' $(SOURCES) | cmp -s - $@ || printf '%s\n' $(SOURCES) > $@
.PHONY: force
force:

# An sdist of the commit and a wheel made from it, in dist/; says why where the commit is no release.
release: setup
	@$(BIN)/python .ci/release.py

# The heads that read replies, from the utterances of tests/talk; then look at `bench/talk.py`.
talk: setup
	@$(BIN)/python .ci/talk.py --write

# The Core tables that every statement uses, written from the SQLModel classes.
tables: setup
	@$(BIN)/python .ci/tables.py

# The weights of the rules and the heads of the gate, fitted to the tables and threads as they are.
weights: setup
	$(BIN)/python bench/weigh.py --write
	$(BIN)/python bench/heads.py --write

lock:
	uv pip compile --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --extra alerts --extra demo --extra google --extra meaning --extra microsoft --extra postgres --group dev pyproject.toml -o requirements.lock

clean:
	rm -rf .venv .work build dist *.egg-info
