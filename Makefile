# `make up` on a bare machine first gets everything it needs; every step looks before it acts, so repeat it at will.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
MAKEFLAGS += --no-print-directory

# Which environment: stacks/Pulumi.<STACK>.yaml
STACK ?= dev
# Program for TypeScript files; npx would take half a second more.
TSX := node_modules/.bin/tsx

.PHONY: help up preview down test test-unit bench schemas ensure packages format clean

help: ## What can be made
	@sed -n 's/^\([a-z%-]*\):[^#]*##\(.*\)/make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|'

up: ensure ## Create or update the endpoints of STACK (default: dev), then say how to call them
	@bin/mlendpoints up $(STACK) $(ARGS)

preview: ensure ## Show what `make up` would change, checked by the policies
	@bin/mlendpoints preview $(STACK) $(ARGS)

down: packages ## Delete everything of STACK, and the stack itself; its file in stacks/ stays
	@$(TSX) engine/ensure.ts pulumi plugins docker
	bin/mlendpoints down $(STACK)

test: ensure ## Lint, types and all tests; the last line counts them
	@$(TSX) test/run.ts

test-unit: packages ## The tests that need nothing but Node, in half a minute
	@$(TSX) test/run.ts unit

test-%: ensure ## One group of tests: process, engine, router, docker, upgrade
	@$(TSX) test/run.ts $*

bench: packages ## Speed of reading, checking, planning and reporting, beside Microsoft's loader where PyPI can be reached
	@$(TSX) bench/check-files.ts
	$(TSX) bench/stack.ts
	if [ -f bench/plan.ts ]; then $(TSX) bench/plan.ts; fi

schemas: packages ## Write JSON Schemas for editors to schemas/
	@bin/mlendpoints schema --write schemas

ensure: packages ## Get Pulumi, plug-ins, a Docker engine and base images, where they are missing
	@$(TSX) engine/ensure.ts $$($(TSX) cli/python-minors.ts $(STACK))

packages:
	@engine/npm-ci.sh .
	engine/npm-ci.sh policies

format: packages ## Format every file
	@node_modules/.bin/biome check --write .

clean: ## Delete what this repository's stacks have in Docker, and .cache; their state only with STATE=1
	@if [ -x $(TSX) ]; then bin/mlendpoints clean $(if $(STATE),--state) $(if $(YES),--yes); fi
	if [ -e .cache/pulumi/state ] || [ -e .cache/pulumi/passphrase ]; then
		echo "✗ .cache still holds the state of an older version, which is not deleted" >&2
		echo "  try: make packages, then engine/pulumi.sh stack ls, which moves it (docs/state.md; with PULUMI_ variables unset)" >&2
		exit 1
	fi
	rm -rf .cache
