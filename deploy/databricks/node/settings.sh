# What the sidecar of this node is told: rookery-sidecar.conf, and the environment where it reaches init scripts.
# Sourced by the init script, whose variables and functions it uses.
# shellcheck shell=bash disable=SC2154,SC2034,SC2004

# Names of the sidecar's flags as its environment variables, and ROOKERY_SIDECAR_... for what is this folder's own.
settings=(
  [ROOKERY_HTTP]=127.0.0.1:5599
  [ROOKERY_METRICS]=127.0.0.1:9464
  [ROOKERY_SPOOL_MAX]=1GiB
  [ROOKERY_DRAIN_SECONDS]=25
  [ROOKERY_SIDECAR_AZURE]=0
  [ROOKERY_SIDECAR_TOKEN_COMMAND]=""
  [ROOKERY_SIDECAR_TOKEN_SECONDS]=600
  [ROOKERY_SIDECAR_EVENTS]='http://169.254.169.254/metadata/scheduledevents?api-version=2020-07-01'
)
# Those that name files. Without a leading / they lie in files/ of the upload.
readonly FILE_SETTINGS=(ROOKERY_UPSTREAM_CA ROOKERY_UPSTREAM_CERT ROOKERY_UPSTREAM_KEY ROOKERY_UPSTREAM_TOKEN_FILE
  ROOKERY_HTTPS_CERT ROOKERY_HTTPS_KEY ROOKERY_SIDECAR_TOKEN_COMMAND)

read_settings() {
  local line name known number=0
  doing="reading rookery-sidecar.conf"
  known=" ${!settings[*]} $("$NEW/rookery-sidecar" run --help | grep -o 'ROOKERY_[A-Z_]*' | tr '\n' ' ') "
  while IFS= read -r line || [[ -n $line ]]; do
    number=$((number + 1))
    line=${line%$'\r'}
    [[ -n $line && $line != '#'* ]] || continue
    # Values go through systemd and env as they are, so none may need quotes.
    [[ $line =~ ^(ROOKERY_[A-Z_]+)=([^[:space:]\'\"\\]*)$ ]] ||
      die "line $number is not NAME=VALUE with a name ROOKERY_... and without spaces, quotes and backslashes"
    name=${BASH_REMATCH[1]}
    [[ $known == *" $name "* ]] || die "line $number: there is no $name"
    settings[$name]=${BASH_REMATCH[2]}
  done <rookery-sidecar.conf
  override_settings "$known"
  [[ -n ${settings[ROOKERY_UPSTREAM]:-} ]] || die "ROOKERY_UPSTREAM is not given"
  [[ ${settings[ROOKERY_DRAIN_SECONDS]} =~ ^[0-9]+$ ]] || die "ROOKERY_DRAIN_SECONDS is no number"
  http=${settings[ROOKERY_HTTP]}
}

override_settings() {
  local name
  for name in $1; do
    [[ -n ${!name:-} ]] || continue
    [[ ${!name} =~ ^[^[:space:]\'\"\\]+$ ]] || die "$name of the environment has a space, a quote or a backslash"
    settings[$name]=${!name}
  done
}

# Copies the files that settings name, and makes the settings name the copies. Nobody but the sidecar reads them.
take_files() {
  local name file owner
  mkdir -p "$NEW/etc"
  for name in "${FILE_SETTINGS[@]}"; do
    file=${settings[$name]:-}
    [[ -n $file && $file != /* ]] || continue
    owner=(-o "$user" -m 400)
    # Root's own: it may hold a secret of which the sidecar need not know.
    [[ $name != ROOKERY_SIDECAR_TOKEN_COMMAND ]] || owner=(-m 700)
    attempt "copying files/$file, which $name names" install "${owner[@]}" "files/$file" "$NEW/etc/"
    settings[$name]=$INSTALLED/etc/$(basename "$file")
  done
  [[ -n ${settings[ROOKERY_SIDECAR_TOKEN_COMMAND]} ]] || return 0
  settings[ROOKERY_UPSTREAM_TOKEN_FILE]=$INSTALLED/etc/token
}

# Of all that the installation is made of, but not of what differs each time.
digest_of_upload() {
  local name
  find "$NEW" -type f -not -name digest -exec sha256sum {} + | sort
  for name in "${!settings[@]}"; do echo "$name=${settings[$name]}"; done | sort
}

write_settings() {
  local name
  doing="writing the settings"
  settings[ROOKERY_SIDECAR_USER]=$user
  for name in "${!settings[@]}"; do
    [[ -z ${settings[$name]} ]] || echo "$name=${settings[$name]}"
  done | sort >"$NEW/etc/sidecar.env"
  chmod 644 "$NEW/etc/sidecar.env"
}
