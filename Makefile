# Thin wrappers: each target is one command. `make` or `make help` lists them.
# Settings come from the environment (PERENNIAL_LANDING, PERENNIAL_HOME, ...: README.md), options of
# a target by name: make refresh VARS='{mrr_churn_recognition: cancel_request}'

SHELL := /bin/bash
.DEFAULT_GOAL := help

BIN := .venv/bin
STAMP := .venv/.installed
# Tools that start others find those of the environment; no other environment leaks in.
export PATH := $(CURDIR)/$(BIN):$(PATH)
unexport PYTHONHOME PYTHONPATH VIRTUAL_ENV

# No tool calls home.
export DO_NOT_TRACK := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export GX_ANALYTICS_ENABLED := false
export DAGSTER_DISABLE_TELEMETRY := 1

# Options of targets. Recipes read them as shell variables, so their quotes need no escaping.
export ARGS ?=
export VARS ?=
export PRESET ?=
export A ?=
export B ?=
export QUARTER ?=
export LOAD ?=
export BY ?=
export WHY ?=
PYTEST_WORKERS ?= 2
PYTEST_ARGS ?=

.PHONY: help
help:
	@awk -F '## ' '/^[a-z-]+:.*## / {split($$1, name, ":"); printf "  make %-14s %s\n", name[1], $$2}' Makefile

.PHONY: setup
setup: $(STAMP) ## set up .venv from the hash-locked requirements (every other target does it by itself)

# The stamp names the folder it was made in: a copied or moved environment is made anew.
ifneq ($(shell cat $(STAMP) 2>/dev/null),$(CURDIR))
.PHONY: $(STAMP)
endif
$(STAMP): requirements.lock requirements-bootstrap.txt pyproject.toml .ci/setup
	@.ci/setup

.PHONY: refresh
refresh: setup ## land, build, audit and publish   [VARS='{name: value}' PRESET=stripe]
	@$(BIN)/perennial refresh $${VARS:+--vars "$$VARS"} $${PRESET:+--preset "$$PRESET"} $(ARGS)

.PHONY: test
test: lint ## lint, then every test   [PYTEST_ARGS='-k renewals' PYTEST_WORKERS=2]
	@$(BIN)/pytest -n $(PYTEST_WORKERS) --dist worksteal $(PYTEST_ARGS)

.PHONY: lint
lint: setup ## ruff, sqlfluff, dbt parse, dbt-bouncer   [ARGS='python sql project']
	@.ci/lint $(ARGS)

.PHONY: format
format: setup ## put right what the linters can put right by themselves
	@.ci/lint format

.PHONY: ui
ui: setup ## open Dagster on 127.0.0.1
	@$(BIN)/perennial ui $(ARGS)

.PHONY: docs
docs: setup ## write the dbt docs
	@$(BIN)/perennial docs $(ARGS)

.PHONY: status
status: setup ## say what is published and how the last run ended
	@$(BIN)/perennial status $(ARGS)

.PHONY: rollback
rollback: setup ## publish the version before again
	@$(BIN)/perennial rollback $(ARGS)

.PHONY: approve
approve: setup ## let a rejected load through   [LOAD=... BY=... WHY=...]
	@$(BIN)/perennial approve "$$LOAD" --by "$$BY" --why "$$WHY"

.PHONY: compare
compare: setup ## MRR under two definitions, rule by rule   [A=default B=stripe VARS=...]
	@$(BIN)/perennial compare-definitions "$$A" "$$B" $${VARS:+--vars "$$VARS"}

.PHONY: send-alerts
send-alerts: setup ## send the alerts that wait to PERENNIAL_ALERT_WEBHOOK   [ARGS=--unknown]
	@$(BIN)/perennial send-alerts $(ARGS)

.PHONY: close-quarter
close-quarter: setup ## close a quarter's statements   [QUARTER=2026Q3]
	@$(BIN)/perennial close-quarter "$$QUARTER"

.PHONY: verify-comp
verify-comp: setup ## prove that closed statements are unchanged   [QUARTER=2026Q3]
	@$(BIN)/perennial verify-comp $${QUARTER:+"$$QUARTER"}

.PHONY: simulate
simulate: setup ## write raw tables of a simulated company   [ARGS='--help']
	@$(BIN)/perennial simulate $(ARGS)

.PHONY: bench
bench: setup ## measure seconds per stage and memory
	@$(BIN)/perennial bench $(ARGS)

.PHONY: clean
clean: setup ## remove builds, logs and results (history, raw tables and versions stay)
	@$(BIN)/perennial clean $(ARGS)
