#!/bin/bash
# Cluster-scoped init script: installs Rookery's sidecar on this node, driver or worker, and starts it.
#
# It never stops a cluster from starting. Whatever goes wrong, even what nobody thought of, its exit code is 0,
# nothing half installed is left, and one line that holds "NOT RUNNING" says what failed and what follows. It may run
# again on the same node: the same upload changes nothing; another one replaces what is there, or leaves it going.
set -euo pipefail
umask 022

# Where Databricks shows the uploaded folder to its nodes; prepare.sh writes it here. Where the environment reaches
# init scripts, ROOKERY_SIDECAR_FOLDER goes first.
UPLOADED=""

readonly INSTALLED=/opt/rookery-sidecar
readonly NEW=/opt/.rookery-sidecar.new
readonly OLD=/opt/.rookery-sidecar.old
readonly LOGS=/var/log/rookery-sidecar
# The system's authorities and this node's own, for REQUESTS_CA_BUNDLE and SSL_CERT_FILE of Azure's clients.
readonly BUNDLE=/etc/ssl/rookery-bundle.pem
readonly SYSTEM_BUNDLE=/etc/ssl/certs/ca-certificates.crt

# What is under way, and what its command said, for the one line.
doing="beginning"
reason=""
swapped=""
finished=""
http=127.0.0.1:5599
# By name; node/settings.sh fills it.
declare -A settings=()

say() {
  echo "rookery-sidecar: $*" >&2
  { echo "$(date -u +%FT%TZ) $*" >>"$LOGS/init.log"; } 2>/dev/null || true
}

die() {
  reason=$1
  exit 1
}

# attempt WHAT COMMAND...: if it fails, the last line of what it says is the reason.
attempt() {
  local said
  doing=$1
  shift
  said=$("$@" 2>&1 </dev/null) || die "${said##*$'\n'}"
}

finish() {
  local status=$? consequence
  trap - EXIT
  trap '' TERM INT HUP
  set +eu
  if [[ -z $finished ]]; then
    consequence="the cluster starts without it, and MLflow calls to http://$http are refused here"
    [[ -z $swapped ]] || undo
    [[ ! -x $INSTALLED/rookery-sidecar ]] || consequence="the one that was here before goes on"
    # Clients that were told of it fail in every call over TLS, of whatever, if it is not there.
    [[ -e $BUNDLE ]] || ln -s "$SYSTEM_BUNDLE" "$BUNDLE" 2>/dev/null
    say "NOT RUNNING: $doing failed: ${reason:-exit code $status}; $consequence"
  fi
  rm -rf "$NEW" "$OLD"
  exit 0
}

# Everything that is needed of the upload, copied here; what reads it over a network may hang.
take_upload() {
  local folder archives
  doing="looking for the upload"
  folder=${ROOKERY_SIDECAR_FOLDER:-${UPLOADED:-$(dirname "${BASH_SOURCE[0]}")}}
  [[ -f $folder/rookery-sidecar.conf ]] || die "there is no $folder/rookery-sidecar.conf"
  archives=("$folder"/rookery-sidecar-*-linux-"$(architecture)".tar.gz)
  [[ -f ${archives[0]} ]] || die "there is no archive for $(architecture) in $folder"
  [[ ${#archives[@]} -eq 1 ]] || die "there are several archives for $(architecture) in $folder"
  archive=$(basename "${archives[0]}")
  rm -rf "$NEW"
  attempt "making $NEW" mkdir -p "$NEW/upload"
  attempt "copying from $folder" timeout 120 \
    cp -r "${archives[0]}" "${archives[0]}.sha256" "$folder/rookery-sidecar.conf" "$folder/node" "$NEW/upload"
  if [[ -d $folder/files ]]; then
    attempt "copying from $folder" timeout 120 cp -r "$folder/files" "$NEW/upload"
  fi
  cd "$NEW/upload"
  attempt "comparing the archive with its sha256" sha256sum --check --strict "$archive.sha256"
  attempt "unpacking $archive" tar -xzf "$archive" -C "$NEW" --strip-components=1 --no-same-owner
  attempt "trying the program" "$NEW/rookery-sidecar" --version
}

architecture() {
  case $(uname -m) in
    x86_64) echo amd64 ;;
    aarch64) echo arm64 ;;
    *) uname -m ;;
  esac
}

main() {
  local part
  mkdir -p "$LOGS" 2>/dev/null || true
  take_upload
  doing="reading the upload's parts"
  for part in settings place service; do
    [[ -f $NEW/upload/node/$part.sh ]] || die "there is no node/$part.sh"
    # shellcheck source=/dev/null
    source "$NEW/upload/node/$part.sh"
  done
  read_settings
  make_user
  choose_spool
  take_files
  doing="comparing with what is installed"
  digest_of_upload >"$NEW/digest"
  if cmp -s "$NEW/digest" "$INSTALLED/digest" && is_kept && is_ready; then
    finished=yes
    say "already serves on http://$http"
    return
  fi
  make_certificate
  write_settings
  swap
  start
  wait_until_ready
  finished=yes
  say "serves on http://$http, spool in ${settings[ROOKERY_SPOOL]}, upstream ${settings[ROOKERY_UPSTREAM]}"
}

trap finish EXIT
trap 'die "ended by a signal"' TERM INT HUP
main
