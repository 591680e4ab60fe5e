#!/usr/bin/env bash
# `engine/npm-ci.sh DIR`: installs the npm packages of DIR when its package-lock.json is not the one that was installed last.
# Bash, because it has to run before any TypeScript can.
set -euo pipefail

dir=$1
[[ -f $dir/package-lock.json ]] || exit 0
cd "$dir"

command -v npm >/dev/null || {
  printf '✗ there is no npm\n  try: install Node.js 20 or newer: https://nodejs.org/en/download\n' >&2
  exit 1
}

lock=$(cksum <package-lock.json)
# The stamp lies inside node_modules, which `npm ci` empties first: an interrupted install leaves no stamp. npm's own record
# covers a hand-made `npm install`: it is written last.
stamp=node_modules/.installed
record=node_modules/.package-lock.json
if [[ $lock == "$(cat $stamp 2>/dev/null || true)" || $record -nt package-lock.json ]]; then
  echo "✓ npm packages of $dir (cached) 0 s"
  exit 0
fi

# Two runs at once would delete each other's files. `flock` is everywhere on Linux; elsewhere two runs at once are the user's.
if command -v flock >/dev/null && [[ ${LOCKED:-} != yes ]]; then
  cd "$OLDPWD"
  LOCKED=yes exec flock "$dir/package-lock.json" "${BASH_SOURCE[0]}" "$dir"
fi

echo "… npm packages of $dir: the program and its tools are written in TypeScript (npm ci)"
# npm follows an error with a page about its options.
npm ci --no-audit --no-fund --loglevel=error 2>&1 | sed -n '1,12p' || {
  printf '✗ npm ci failed in %s\n  try: cd %s && npm ci\n' "$dir" "$dir" >&2
  exit 1
}
printf '%s\n' "$lock" >$stamp
echo "✓ npm packages of $dir (installed) $SECONDS s"
