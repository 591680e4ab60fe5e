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

clean: ## Delete what this clone's stacks have on Docker, and .cache; state is kept unless you agree
	@if [ -x $(TSX) ]; then bin/mlendpoints clean; fi
	# An older clone's state that could not be moved stays.
	find .cache -mindepth 1 -maxdepth 1 ! -name pulumi -exec rm -rf {} + 2>/dev/null || true
	find .cache/pulumi -mindepth 1 -maxdepth 1 ! -name state ! -name passphrase -exec rm -rf {} + 2>/dev/null || true
