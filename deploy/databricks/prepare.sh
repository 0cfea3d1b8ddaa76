#!/usr/bin/env bash
# deploy/databricks/prepare.sh FOLDER [OUT]: lays out in OUT (build/package/databricks) what is to be uploaded to FOLDER,
# where nodes will find it, such as /Volumes/main/ops/rookery-sidecar or /Workspace/Shared/rookery-sidecar. Needs the
# archive of `./dev package sidecar`. A rookery-sidecar.conf and files/ that are in OUT already stay.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)

[[ $# -ge 1 && $# -le 2 && $1 =~ ^/[A-Za-z0-9._/@-]+$ ]] || {
  sed -n '2,4s/^# //p' "${BASH_SOURCE[0]}" >&2
  exit 2
}
folder=${1%/} out=${2:-$root/build/package/databricks}
archives=("$root"/build/package/rookery-sidecar-*.tar.gz)
[[ -f ${archives[0]} ]] || {
  echo "prepare.sh: there is no archive in build/package; make it with ./dev package sidecar" >&2
  exit 1
}
mkdir -p "$out/files"
rm -rf "$out/node" "$out"/rookery-sidecar-*.tar.gz*
cp -r "$here/node" "$out"
cp "$root"/build/package/rookery-sidecar-*.tar.gz* "$out"
sed "s|^UPLOADED=\"\"$|UPLOADED=\"$folder\"|" "$here/rookery-sidecar-init.sh" >"$out/rookery-sidecar-init.sh"
[[ -f $out/rookery-sidecar.conf ]] || cp "$here/rookery-sidecar.conf.example" "$out/rookery-sidecar.conf"
echo "Edit $out/rookery-sidecar.conf, put the files that it names into $out/files, then upload:"
case $folder in
  /Volumes/*) echo "  databricks fs cp --recursive --overwrite $out dbfs:$folder" ;;
  *) echo "  databricks workspace import-dir --overwrite $out ${folder#/Workspace}" ;;
esac
