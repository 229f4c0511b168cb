# Two commands: `make demo` shows the main job, `make test` sets up and runs every test.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
SOURCES := $(shell find agent mailbox policies store templates -type f -not -name '*.pyc' 2>/dev/null | sort)
PIP    := $(BIN)/python -m pip -qq --disable-pip-version-check

.PHONY: demo test quick lint crash soak bench findings clean setup system lock

demo: setup
	@$(BIN)/deskless demo

test: setup system lint
	$(BIN)/python -m pytest -n 2 --dist worksteal --cov=deskless.agent.case --cov=deskless.agent.reply --cov=deskless.agent.language --cov=deskless.agent.figures --cov-branch --cov-fail-under=100 --cov-report=

quick: setup
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not slow"

lint: setup
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --quiet --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache >/dev/null
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

setup: .work/installed

# What only root or Debian can give; where it cannot be had, the tests that need it say so and skip.
system:
	@sh tests/support/system.sh

# The lock is complete, so nothing is resolved: pip 23.2 (Python 3.11.7 brings it) takes an extra such
# as coverage[toml] apart from its pin and then refuses the newer release that an index offers.
.work/requirements: requirements.lock
	@mkdir -p .work
	@echo 'deskless: setting up .venv with the pinned packages, once (a minute or two)'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -m pip --disable-pip-version-check check >.work/pip-check || { cat .work/pip-check; exit 1; }
	@cp requirements.lock $@

# A strict editable install is a tree of links, so it is made again when files come or go.
.work/installed: .work/requirements pyproject.toml .work/files
	@rm -rf build
	@$(PIP) install --no-deps --no-build-isolation -e . --config-settings editable_mode=strict
	@touch $@

.work/files: force
	@mkdir -p .work
	@printf '%s\n' $(SOURCES) | cmp -s - $@ || printf '%s\n' $(SOURCES) > $@
.PHONY: force
force:

lock:
	uv pip compile --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --extra demo --extra embed --extra google --extra microsoft --extra postgres --group dev pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) .work build *.egg-info
