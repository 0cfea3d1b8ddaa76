#!/usr/bin/env bash
# with_host.sh NAME COMMAND...: runs a command to which NAME is this machine. Where the system does not
# say so by itself (libnss-myhostname does, for all below localhost), the command gets a hosts file of its
# own, in a mount namespace of its own; the system's is not touched.
set -euo pipefail

name=$1
shift
if getent ahosts "$name" >/dev/null; then
  exec "$@"
fi

hosts=$(mktemp)
{
  cat /etc/hosts
  echo "127.0.0.1 $name"
} >"$hosts"
chmod 644 "$hosts"
mapped=()
[[ $EUID -eq 0 ]] || mapped=(--map-root-user)
# shellcheck disable=SC2016 # The inner shell's own parameters.
exec unshare --mount "${mapped[@]}" -- \
  bash -c 'mount --bind "$1" /etc/hosts && rm "$1" && shift && exec "$@"' with_host "$hosts" "$@"
