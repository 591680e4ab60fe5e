#!/usr/bin/env bash
# The pack as a program: `pulumi preview --policy-pack policies/run.sh`. A language host that cannot run a policy
# directory (the last one that can be built from published Go modules) runs this instead; with an official install
# `--policy-pack policies` does the same.
cd "$(dirname "${BASH_SOURCE[0]}")"
exec node node_modules/@pulumi/pulumi/cmd/run-policy-pack "$1" .
