#!/usr/bin/env bash
# Makes a virtual environment with Microsoft's own package, outside of the work tree, and prints the path of its Python.
#
#   bench/azure-ai-ml/setup.sh          make it, where it is not there yet
#   bench/azure-ai-ml/setup.sh --path   only say where it is or would be
#
# Environment: PYTHON, the interpreter to make it from (default: python3).
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
requirements="$here/requirements.txt"
# Other requirements are another folder: nothing is ever changed in place.
hash=$(cksum <"$requirements" | cut -d" " -f1)
venv="${XDG_CACHE_HOME:-$HOME/.cache}/mlendpoints/bench-azure-ai-ml-$hash"

# The mark is written last, so a venv that an interruption left half full is made again.
if [[ "${1:-}" != --path && ! -e "$venv/complete" ]]; then
  rm -rf "$venv"
  "${PYTHON:-python3}" -m venv "$venv" >&2
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --requirement "$requirements" >&2
  "$venv/bin/python" -m pip check --disable-pip-version-check >/dev/null
  touch "$venv/complete"
fi

echo "$venv/bin/python"
