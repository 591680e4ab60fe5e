#!/usr/bin/env bash
# `engine/pulumi.sh <any pulumi arguments>`: pulumi with what `engine/ensure.ts` prepared, and settings of this repository for
# everything that is not set already (state in a folder, a passphrase made once).
#
# State, passphrase and salts are the user's: they live outside the clone, where `make clean` does not reach, and all clones of
# one user share them, as they share the Docker engine on which a stack's name tells what belongs to it.
#
# The salt that belongs to that passphrase is personal, but Pulumi writes it into the tracked stacks/Pulumi.<stack>.yaml. So
# Pulumi gets a copy, .cache/stacks/Pulumi.<stack>.yaml = tracked file + salt; changes made by `config set` are brought back.
# A tracked file that names its own `encryptionsalt` or `secretsprovider` is used as it is.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
own=$root/.cache/pulumi   # programs and plug-ins
copies=$root/.cache/stacks # composed stack files, made anew by every command
# State, passphrase, salts. An empty variable counts as unset (XDG specification).
kept=${XDG_STATE_HOME:-$HOME/.local/state}/mlendpoints
salts=$kept/salts

settings() {
  keep
  [[ -d $own/bin ]] && PATH=$own/bin:$PATH
  export PATH
  export PULUMI_HOME=${PULUMI_HOME:-$own/home}
  export PULUMI_SKIP_UPDATE_CHECK=${PULUMI_SKIP_UPDATE_CHECK:-true}
  export PULUMI_DISABLE_REGISTRY_RESOLVE=${PULUMI_DISABLE_REGISTRY_RESOLVE:-true}
  # Types are checked by `tsc`; checking them again costs seconds on every run.
  export PULUMI_NODEJS_TRANSPILE_ONLY=${PULUMI_NODEJS_TRANSPILE_ONLY:-true}
  # A salt that got lost is taken from the stack's state.
  export PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER=${PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER:-true}
  if [[ -e $own/offline ]]; then
    # Stand-ins for the official plug-ins lie in our own home alone. Who is signed in where is still read from the user's.
    export PULUMI_CREDENTIALS_PATH=${PULUMI_CREDENTIALS_PATH:-$PULUMI_HOME}
    export PULUMI_HOME=$own/home
    export PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=${PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION:-true}
  fi
  if [[ -z ${PULUMI_BACKEND_URL:-} ]]; then
    mkdir -p "$kept/state"
    export PULUMI_BACKEND_URL=file://$kept/state
  fi
  if [[ -z ${PULUMI_CONFIG_PASSPHRASE+set} && -z ${PULUMI_CONFIG_PASSPHRASE_FILE:-} ]]; then
    make_passphrase
    export PULUMI_CONFIG_PASSPHRASE_FILE=$kept/passphrase
  fi
  command -v pulumi >/dev/null || fail "there is no pulumi yet" "npx tsx engine/ensure.ts pulumi plugins"
}

make_passphrase() {
  [[ -s $kept/passphrase ]] && return
  (umask 077 && head -c 32 /dev/urandom | base64 >"$kept/passphrase.$$")
  # A hard link fails when another run was faster: both then use the same passphrase.
  ln "$kept/passphrase.$$" "$kept/passphrase" 2>/dev/null || true
  rm -f "$kept/passphrase.$$"
}

# The folder of what is kept, with what an older clone kept in .cache: its stacks go on running under the state they have.
keep() {
  (umask 077 && mkdir -p "$salts")
  chmod 700 "$kept"
  [[ -d $own/state || -s $own/passphrase ]] || return 0
  # State and passphrase belong together: both are taken over, or neither. A passphrase that opens nothing yet is in nobody's way.
  if has_stacks "$kept/state" || [[ -n $(ls -A "$salts") ]]; then
    has_stacks "$own/state" || return 0
    # Going on without it would make its stacks a second time, beside what runs.
    fail "this clone has stacks in $own/state, and $kept has others already" \
      "PULUMI_BACKEND_URL=file://$own/state PULUMI_CONFIG_PASSPHRASE_FILE=$own/passphrase before the command uses the former; rm -r $own/state $own/passphrase forgets them"
  fi
  rm -rf "$kept/state" "$kept/passphrase"
  local moving=$kept/moving.$$ what copy salt
  (umask 077 && mkdir "$moving")
  for what in state passphrase; do
    [[ ! -e $own/$what ]] || cp -a "$own/$what" "$moving/" || fail "$own/$what cannot be copied to $kept" "make room there, then again"
  done
  for copy in "$copies"/Pulumi.*.yaml; do
    salt=$(grep -s '^encryptionsalt:' "$copy") || continue
    (umask 077 && printf '%s\n' "$salt" >"$salts/${copy##*/Pulumi.}")
  done
  # The passphrase first: a state without it could not be read. Each `mv -n` is one rename, and overwrites nothing.
  [[ ! -e $moving/passphrase ]] || mv -n "$moving/passphrase" "$kept/passphrase"
  [[ ! -e $moving/state ]] || mv -nT "$moving/state" "$kept/state"
  rm -rf "$moving" "$own/state" "$own/passphrase"
  echo "state and passphrase moved from $own to $kept, where make clean does not reach" >&2
}

has_stacks() { [[ -n $(find "$1" -path '*/stacks/*' -name '*.json' -print -quit 2>/dev/null) ]]; }

fail() {
  printf '✗ %s\n  try: %s\n' "$1" "$2" >&2
  exit 1
}

# Reads the command words and the stack's name out of any pulumi command line.
words=() stack='' as_is='' removes='' unselected=''
read_arguments() {
  while (($# > 0)); do
    case $1 in
      --) break ;;
      -s | --stack) stack=${2:-} && shift ;;
      --stack=*) stack=${1#*=} ;;
      -s?*) stack=${1#-s} ;;
      --config-file | --config-file=* | -h | --help) as_is=yes ;;
      --remove | --remove=true) removes=yes ;;
      --no-select) unselected=yes ;;
      -C | --cwd | --color | -v | --verbose | --tracing | --profiling) shift ;;
      -*) ;;
      *) words+=("$1") ;;
    esac
    shift || break
  done
}

tracked() { printf '%s/stacks/Pulumi.%s.yaml' "$root" "${stack##*/}"; }
copy() { printf '%s/Pulumi.%s.yaml' "$copies" "${stack##*/}"; }
salt_file() { printf '%s/%s.yaml' "$salts" "${stack##*/}"; }

has_own_secrets() { grep -qsE '^(encryptionsalt|secretsprovider|encryptedkey):' "$(tracked)"; }

# Everything of a stack file but the salt.
without_salt() { [[ -f $1 ]] && sed '/^encryptionsalt:/d' "$1" || true; }

compose() {
  mkdir -p "$copies"
  local salt next
  salt=$(cat "$(salt_file)" 2>/dev/null || true)
  next=$(copy).$$
  # The line break makes sure that the salt gets a line of its own; `sed` adds the one a last line may lack.
  { [[ -f $(tracked) ]] && sed -e '$a\' "$(tracked)" || true; [[ -z $salt ]] || printf '%s\n' "$salt"; } >"$next"
  mv "$next" "$(copy)"
}

# Pulumi wrote a salt into the copy when there was none.
keep_salt() {
  local salt
  salt=$(grep -s '^encryptionsalt:' "$(copy)") || return 0
  (umask 077 && printf '%s\n' "$salt" >"$(salt_file).$$" && mv "$(salt_file).$$" "$(salt_file)")
}

# After `config set`: the tracked file gets the change. With a secret it gets the salt too, for without it nobody could read it.
bring_back() {
  local now
  now=$(without_salt "$(copy)")
  [[ $now == "$(without_salt "$(tracked)")" ]] && return
  if grep -q 'secure:' <<<"$now"; then
    cp "$(copy)" "$(tracked).$$" && mv "$(tracked).$$" "$(tracked)"
    {
      echo "stacks/Pulumi.${stack##*/}.yaml now holds a secret, so its encryptionsalt is kept there too."
      echo "Whoever uses this stack needs the passphrase: ${PULUMI_CONFIG_PASSPHRASE_FILE:-the one you set} (hand it over safely;"
      echo "others set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE)."
    } >&2
  else
    printf '%s\n' "$now" >"$(tracked).$$" && mv "$(tracked).$$" "$(tracked)"
  fi
}

# `stack init` writes the salt beside a project file: give it one in .cache.
init_stack() {
  if has_own_secrets; then
    pulumi stack init "$@"
  else
    compose
    printf 'name: %s\nruntime: nodejs\n' "$(sed -n 's/^name: *//p' "$root/Pulumi.yaml")" >"$copies/Pulumi.yaml"
    pulumi --cwd "$copies" stack init "$@"
    keep_salt
  fi
}

name_stack() {
  [[ -n $stack ]] || stack=$(pulumi stack --show-name 2>/dev/null || echo dev)
}

# A stack that was named on the command line does not become the selected one: tests and scripts name theirs.
ensure_stack() {
  local named=$stack
  name_stack
  pulumi stack --show-name --stack "$stack" >/dev/null 2>&1 || init_stack "$stack" >&2
  [[ -n $named ]] || pulumi stack select "$stack"
}

# Runs a command that knows --config-file on the copy.
with_copy() {
  has_own_secrets && exec pulumi "$@" --stack "$stack"
  compose
  [[ ${words[0]} == config || ! -s $(salt_file) ]] || exec pulumi "$@" --stack "$stack" --config-file "$(copy)"
  pulumi "$@" --stack "$stack" --config-file "$(copy)"
  keep_salt
  [[ ${words[0]} != config ]] || bring_back
}

main() {
  # Pulumi looks for the project from the working directory upwards.
  case $PWD/ in "$root"/*) ;; *) cd "$root" ;; esac
  settings
  read_arguments "$@"
  [[ -z $as_is ]] || exec pulumi "$@"
  case "${words[0]:-} ${words[1]:-}" in
    'stack init')
      stack=${words[2]:-$stack}
      [[ -n $stack ]] || fail 'stack init needs a name' 'engine/pulumi.sh stack init dev'
      [[ $1 == stack && $2 == init ]] || fail 'flags go behind `stack init`' "engine/pulumi.sh stack init $stack …"
      shift 2
      init_stack "$@"
      [[ -n $unselected ]] || pulumi stack select "$stack"
      ;;
    'stack history')
      # It decrypts, and writes the salt for that beside the project file. The Automation API calls it after every update.
      name_stack
      has_own_secrets && exec pulumi "$@"
      compose
      exec pulumi --cwd "$copies" "$@"
      ;;
    'stack rm' | 'stack remove')
      # Pulumi would delete the tracked configuration along with the stack.
      pulumi "$@" --preserve-config
      [[ -n $stack ]] || stack=${words[2]:-}
      [[ -z $stack ]] || rm -f "$(copy)" "$(salt_file)"
      ;;
    up\ * | update\ * | preview\ * | pre\ * | config\ *)
      ensure_stack
      with_copy "$@"
      ;;
    destroy\ * | down\ *)
      # It deletes stacks/Pulumi.<stack>.yaml, which is the user's work.
      [[ -z $removes ]] || fail '--remove would delete the tracked stack file' 'engine/pulumi.sh destroy, then engine/pulumi.sh stack rm'
      name_stack
      with_copy "$@"
      ;;
    refresh\ * | import\ * | watch\ *)
      name_stack
      with_copy "$@"
      ;;
    *) exec pulumi "$@" ;;
  esac
}

main "$@"
