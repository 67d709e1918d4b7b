# Thin wrappers: each target is one command of `.venv/bin`. `make help` lists them.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

# No tool reports home.
export DO_NOT_TRACK := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export GX_ANALYTICS_ENABLED := false
export DAGSTER_DISABLE_TELEMETRY := 1
# The tools of the environment come before those of the machine; no other environment leaks in.
export PATH := $(CURDIR)/$(BIN):$(PATH)
unexport PYTHONHOME PYTHONPATH VIRTUAL_ENV

# Options by name: make refresh VARS='{key: value}', make test PYTEST_ARGS='-k gaps'
VARS ?=
QUARTER ?=
LOAD ?=
BY ?=
WHY ?=
ARGS ?=
PYTEST_ARGS ?=
PYTEST_WORKERS ?= 2

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# ------------------------------------------------------------------------------------------ set-up

.PHONY: setup
setup: $(STAMP) ## Create .venv from the hash-locked requirements

# The stamp holds the folder it was made in: the scripts of a copied or moved environment point to
# the old place, so it is made anew.
ifneq ($(shell cat $(STAMP) 2>/dev/null),$(CURDIR))
$(STAMP): force-setup
endif
.PHONY: force-setup
force-setup:

$(STAMP): requirements.lock requirements-bootstrap.txt pyproject.toml .ci/setup
	@.ci/setup $(VENV)
	@echo '$(CURDIR)' > $@
