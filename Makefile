# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Needs make, git and Python 3.11 to 3.13 with venv; everything else is installed into .venv and build/.

PYTHON ?= python3

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help demo test unit integration interop benchmark gates lint types sanity package install importer environment \
	bare matrix ends docs site fuzz throttling changelog clients pins clean

isolated := tests/gates/isolated
pip := .venv/bin/python -m pip install -q --disable-pip-version-check
coverage := --cov --cov-report=term
packed := $(shell find galaxy.yml *.md REUSE.toml LICENSES changelogs docs meta playbooks plugins \
	-not -path docs -not -name __pycache__ -not -name '*.pyc' 2>/dev/null)

help: ## this list
	@sed -nE 's/^([a-z]+):.*## (.*)/make \1\t\2/p' Makefile | expand -t 20

demo: .venv/runtime install ## look up images of both clouds, on an emulator of them
	@$(isolated) tests/demo/run

test: gates clients ## every gate and every test
	$(isolated) pytest -n auto --dist loadgroup $(coverage) $(ARGS)

unit: .venv/tests ## the unit tests with the coverage of plugins/ (ARGS='-k name' picks)
	$(isolated) pytest -n auto --dist loadgroup tests/unit $(coverage) $(ARGS)

integration: .venv/tests install ## ansible and ansible-playbook against the emulator
	$(isolated) pytest -n auto --dist loadgroup tests/integration $(ARGS)

interop: .venv/tests install clients ## the clouds' own clients against the emulator
	$(isolated) pytest tests/interop $(ARGS)

benchmark: .venv/tests install clients ## ours beside the official SDKs and command lines (ARGS=--help tells more)
	$(isolated) env PYTHONPATH=tests python -m benchmark $(ARGS)

throttling: .venv/tests ## what share of an account's quota a long listing uses (ARGS='--runs 5')
	$(isolated) python tests/benchmark/throttling.py --least 0.8 $(ARGS)

gates: lint sanity package importer environment bare docs

lint: .venv/tests ## style, types, licences, changelog, documentation, workflows, ansible-lint (STEPS=types picks)
	$(isolated) tests/gates/lint $(STEPS)

types: .venv/tests ## mypy alone
	$(isolated) tests/gates/lint types

sanity: .venv/tests ## ansible-test sanity with no ignore file
	$(isolated) tests/gates/sanity

package: build/collections/.installed ## the tarball for Galaxy, in build/package

importer: .venv/tests install ## what Galaxy says to the tarball: no warning
	$(isolated) tests/gates/importer

environment: .venv/tests install ## what ansible-builder takes from the collection: requests
	$(isolated) tests/gates/environment

bare: install ## the demo with nothing left of the collection but meta, plugins and playbooks
	@$(isolated) tests/gates/bare

matrix: .venv/tests install ## every ansible-core with every Python, an hour (ARGS='-s "units(2.18)"' picks)
	tests/gates/matrix all $(ARGS)

ends: .venv/tests install ## the oldest and the newest ansible-core of the matrix, with the Pythons that are there
	tests/gates/matrix ends $(ARGS)

docs: .venv/tests install ## the documentation site, in build/docs/html
	$(isolated) tests/gates/docs

site: docs ## the site in a browser: no dead link, no empty page, readable on a telephone
	tests/gates/site

fuzz: build/fuzz/venv/.installed ## for a minute, answers that grow with the code they reach (ARGS=-max_total_time=600)
	$(isolated) build/fuzz/venv/bin/python tests/fuzz/fuzz_answers.py $(ARGS)

build/fuzz/venv/.installed: tests/fuzz/requirements.txt tests/requirements-runtime.txt .venv/runtime
	.venv/bin/python -m venv --clear $(@D)
	$(@D)/bin/python -m pip install -q --disable-pip-version-check -r $<
	@touch $@

install: build/collections/.installed

build/collections/.installed: $(packed) tests/gates/package tests/gates/copy | .venv/runtime
	$(isolated) tests/gates/package
	@touch $@

clients: .venv/runtime
	@$(isolated) tests/interop/setup

suits := -c 'import ensurepip, ssl, sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'

.venv/runtime: tests/requirements-runtime.txt
	@.venv/bin/python $(suits) 2>/dev/null || { \
		$(PYTHON) $(suits) || { \
			echo "make: Python 3.11, 3.12 or 3.13 with venv is needed, and '$(PYTHON)' is none;" \
				"name another (make PYTHON=python3.12) or install python3-venv" >&2; \
			exit 1; \
		}; \
		$(PYTHON) -m venv --clear .venv; \
	}
	$(pip) -r $<
	@touch $@

.venv/tests: tests/requirements.txt .venv/runtime
	$(pip) -r $<
	@touch $@

changelog: .venv/tests install ## a release: the fragments become changelogs/changelog.yaml and CHANGELOG.md
	$(isolated) antsibull-changelog release

pins: .venv/runtime ## write tests/requirements*.txt anew from the .in files
	$(pip) uv
	for pins in tests/requirements-runtime tests/requirements tests/requirements-importer; do \
		UV_SYSTEM_CERTS=1 .venv/bin/uv pip compile -q --universal --python-version 3.11 --no-annotate --no-header \
			--no-emit-index-url "$$pins.in" -o "$$pins.txt"; \
		{ sed -n 1,2p "$$pins.in"; printf '#\n# Written by: make pins\n\n'; cat "$$pins.txt"; } >"$$pins.new"; \
		mv "$$pins.new" "$$pins.txt"; \
	done

clean: ## remove .venv and build/
	rm -rf .venv build
