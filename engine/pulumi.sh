#!/usr/bin/env bash
# `engine/pulumi.sh <any pulumi arguments>`: pulumi with what `engine/ensure.ts` prepared, and settings of this repository for
# everything that is not set already (state in a folder of the user's, a passphrase made once). See docs/state.md.
#
# The salt that belongs to that passphrase is personal, but Pulumi writes it into the tracked stacks/Pulumi.<stack>.yaml. So
# Pulumi gets a copy, .cache/stacks/Pulumi.<stack>.yaml = tracked file + salt; changes made by `config set` are brought back.
# A tracked file that names its own `encryptionsalt` or `secretsprovider` is used as it is.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
own=$root/.cache/pulumi   # programs and plug-ins
copies=$root/.cache/stacks # composed stack files

# State, passphrase and salts. They outlive the clone. A relative path does not count (XDG specification).
case ${XDG_STATE_HOME:-} in
  /*) kept=$XDG_STATE_HOME/mlendpoints ;;
  *) kept=~/.local/state/mlendpoints ;;
esac

settings() {
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
  command -v pulumi >/dev/null || fail "there is no pulumi yet" "npx tsx engine/ensure.ts pulumi plugins"
  (umask 077 && mkdir -p "$kept")
  move_from_cache
  if [[ -z ${PULUMI_BACKEND_URL:-} ]]; then
    mkdir -p "$kept/state"
    export PULUMI_BACKEND_URL=file://$kept/state
  fi
  if ! has_own_passphrase; then
    make_passphrase
    PULUMI_CONFIG_PASSPHRASE_FILE=$(passphrase_file)
    export PULUMI_CONFIG_PASSPHRASE_FILE
  fi
}

has_own_passphrase() { [[ -n ${PULUMI_CONFIG_PASSPHRASE+set} || -n ${PULUMI_CONFIG_PASSPHRASE_FILE:-} ]]; }

# Older versions kept state and passphrase in .cache, where `make clean` deleted them.
move_from_cache() {
  local what=()
  [[ -n ${PULUMI_BACKEND_URL:-} || ! -e $own/state ]] || what+=(state)
  has_own_passphrase || [[ ! -e $own/passphrase ]] || what+=(passphrase)
  ((${#what[@]} == 0)) && return
  local tsx=$root/node_modules/.bin/tsx
  [[ -x $tsx ]] || fail "the state in .cache of an older version cannot be moved to $kept yet" "make packages, then the same command again"
  "$tsx" "$root/engine/move-state.ts" "$root" "$kept" "${what[@]}" >&2 || exit 1
}

make_passphrase() {
  [[ -s $kept/passphrase ]] && return
  (umask 077 && head -c 32 /dev/urandom | base64 >"$kept/passphrase.$$")
  # A hard link fails when another run was faster: both then use the same passphrase.
  ln "$kept/passphrase.$$" "$kept/passphrase" 2>/dev/null || true
  rm -f "$kept/passphrase.$$"
}

# A stack that came out of an older clone's .cache may have brought a passphrase of its own.
passphrase_file() {
  if [[ -d $kept/passphrases ]]; then
    local of=$stack
    [[ -n $of ]] || of=$(pulumi stack --show-name 2>/dev/null || true)
    if [[ -n $of && -s $kept/passphrases/${of##*/} ]]; then
      printf '%s\n' "$kept/passphrases/${of##*/}"
      return
    fi
  fi
  printf '%s\n' "$kept/passphrase"
}

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
  case "${words[0]:-} ${words[1]:-}" in
    'stack init' | 'stack rm' | 'stack remove') stack=${words[2]:-$stack} ;;
  esac
}

tracked() { printf '%s/stacks/Pulumi.%s.yaml' "$root" "${stack##*/}"; }
copy() { printf '%s/Pulumi.%s.yaml' "$copies" "${stack##*/}"; }
salt() { printf '%s/salts/%s.yaml' "$kept" "${stack##*/}"; }

has_own_secrets() { grep -qsE '^(encryptionsalt|secretsprovider|encryptedkey):' "$(tracked)"; }

# Everything of a stack file but the salt.
without_salt() { [[ -f $1 ]] && sed '/^encryptionsalt:/d' "$1" || true; }

# Keeps the salt that Pulumi has written into the copy.
keep_salt() {
  local line
  line=$(grep -s '^encryptionsalt:' "$(copy)" || true)
  [[ -n $line ]] || return 0
  (umask 077 && mkdir -p "$kept/salts" && printf '%s\n' "$line" >"$(salt).$$")
  mv "$(salt).$$" "$(salt)"
}

compose() {
  mkdir -p "$copies"
  [[ -s $(salt) ]] || keep_salt
  local next
  next=$(copy).$$
  # The salt gets a line of its own: `sed` adds the line break that a last line may lack.
  { [[ ! -f $(tracked) ]] || sed -e '$a\' "$(tracked)"; [[ ! -f $(salt) ]] || cat "$(salt)"; } >"$next"
  mv "$next" "$(copy)"
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
    mkdir -p "$copies"
    rm -f "$(copy)" # the salt in it may be of a stack before this one
    printf 'name: %s\nruntime: nodejs\n' "$(sed -n 's/^name: *//p' "$root/Pulumi.yaml")" >"$copies/Pulumi.yaml"
    pulumi --cwd "$copies" stack init "$@" || return
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
  [[ ${words[0]} == config ]] || exec pulumi "$@" --stack "$stack" --config-file "$(copy)"
  pulumi "$@" --stack "$stack" --config-file "$(copy)"
  bring_back
}

main() {
  # Pulumi looks for the project from the working directory upwards.
  case $PWD/ in "$root"/*) ;; *) cd "$root" ;; esac
  read_arguments "$@"
  settings
  [[ -z $as_is ]] || exec pulumi "$@"
  case "${words[0]:-} ${words[1]:-}" in
    'stack init')
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
      [[ -z $stack ]] || rm -f "$(copy)" "$(salt)"
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
