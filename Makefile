# Everything a person or CI does here. `make help` lists it.

# Compiled modules are kept: a service starts some tenths of a second sooner.
unexport PYTHONDONTWRITEBYTECODE

VENV   := .venv
PYTHON := $(VENV)/bin/python
# A second system beside the first, in a folder of its own: PORT_BASE=9100 make up
VAR    := var$(if $(PORT_BASE),/$(PORT_BASE))
LOCAL  := $(PYTHON) -m deploy.local --var $(VAR) $(if $(PORT_BASE),--port-base $(PORT_BASE))

.DEFAULT_GOAL := help
.PHONY: help demo drill drill-recovery up down status logs test test-hours test-fast fuzz look lint format migrate bench lock clean

help:  ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

PROGRAMME := puyang-2020
demo: export PROGRAMMES = $(PROGRAMME)
drill: export PROGRAMMES = puyang-2020
demo: $(VENV)/installed  ## the story of PROGRAMME=puyang-2020 on a clean system, which stays running
	@$(LOCAL) clean --demonstration
	@$(LOCAL) up --business-day $$($(PYTHON) -m deploy.demo --programme $(PROGRAMME) --first-day)
	@$(PYTHON) -m deploy.demo --var $(VAR) --programme $(PROGRAMME)

drill: $(VENV)/installed  ## the story again while every process is killed in turn
	@$(PYTHON) -m deploy.demo.drill

drill-recovery: $(VENV)/installed  ## a restore under load and a broker's lost disk, with times
	@$(PYTHON) -m deploy.demo.recovery

up: $(VENV)/installed  ## start broker, database, services and relay under var/
	@$(LOCAL) up

down:  ## stop exactly what was started
	@if [ -x $(PYTHON) ]; then $(LOCAL) down; fi

status: $(VENV)/installed  ## what runs, and whether it is ready
	@$(LOCAL) status

logs: $(VENV)/installed  ## the end of each process's log
	@$(LOCAL) logs

# Three processes on two cores, for many tests wait; tests/groups.py says which tests
# share one of them and a system.
PYTEST := $(PYTHON) -m pytest -n 3 --no-loadscope-reorder
# A weekday by night, by day and late, a Saturday, and the first day of a year.
HOURS  := 2026-12-01T04:00 2026-12-01T13:00 2026-12-01T23:30 \
          2026-12-05T10:00 2027-01-01T04:00

test: $(VENV)/installed  ## the whole suite on servers of its own; at an hour: CLOCK=2027-01-01T04:00
	@$(if $(CLOCK),sh tests/clock/at.sh $(CLOCK)) $(PYTEST)

test-hours: $(VENV)/installed  ## the whole suite at each of five hours
	@set -e; for hour in $(HOURS); do \
	    echo "the machine's clock shows $$hour in Shanghai"; \
	    sh tests/clock/at.sh $$hour $(PYTEST); \
	done

test-fast: $(VENV)/installed  ## the tests that need no broker and no database
	@$(PYTHON) -m pytest tests/domain tests/contract

FUZZ := 2000
fuzz: $(VENV)/installed  ## ledgers as chance makes them, against their reader (ten minutes; longer: FUZZ=20000)
	@FUZZ=$(FUZZ) $(PYTHON) -m pytest -n 2 tests/domain/intake/ledger/test_fuzz.py

look: $(VENV)/installed  ## every paper and a dossier under var/look, opened by LibreOffice and drawn
	@$(PYTHON) -m tests.look $(VAR)/look

lint: $(VENV)/installed  ## ruff, formatting and types
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m mypy

format: $(VENV)/installed  ## put the code into the one format
	@$(PYTHON) -m ruff check --fix .
	@$(PYTHON) -m ruff format .

migrate: $(VENV)/installed  ## bring the running system's schemas to their newest version
	@eval "$$($(LOCAL) env)" && $(VENV)/bin/jianjian migrate

bench: $(VENV)/installed  ## speed beside targets, up to a million cases (ten minutes; smaller: QUICK=1)
	@$(PYTHON) -m deploy.bench $(if $(QUICK),--quick)

lock:  ## renew requirements.lock from pyproject.toml
	@sh deploy/local/lock.sh

clean:  ## stop the system and remove its data; asks first (FORCE=1 does not)
	@if [ -x $(PYTHON) ]; then $(LOCAL) clean; fi

$(VENV)/locked: requirements.lock deploy/local/make-venv.sh
	@sh deploy/local/make-venv.sh $(VENV)
	@touch $@

$(VENV)/installed: $(VENV)/locked pyproject.toml
	@$(VENV)/bin/pip install --quiet --no-input --disable-pip-version-check \
	    --no-build-isolation --no-deps -e .
	@$(PYTHON) -m compileall -q services shared deploy  # once, not by five services at once
	@touch $@
