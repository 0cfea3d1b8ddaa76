# Archives for those who use Rookery without building it. The same files make the same bytes, whoever packs
# them and when.
# shellcheck shell=bash

# The packages whose code is in static programs.
readonly STATIC_PACKAGES=(libabsl-dev libboost1.74-dev libc-ares-dev libc6-dev libcli11-dev libfmt-dev libgrpc++-dev
  libjemalloc-dev libprotobuf-dev libre2-dev libsimdjson-dev libspdlog-dev libssl-dev libstdc++-12-dev
  libutf8proc-dev prometheus-cpp-dev zlib1g-dev)

cmd_package() {
  local what
  for what in "$@"; do
    [[ $what == protos || $what == sidecar ]] || bad_option "$what"
  done
  [[ $# -gt 0 ]] || set -- protos sidecar
  mkdir -p build/package
  for what in "$@"; do
    "package_$what" "$(project_version)"
  done
}

project_version() { sed -n 's/^project(rookery VERSION \([0-9.]*\) .*/\1/p' CMakeLists.txt; }

package_protos() {
  local name=rookery-protos-$1
  pack "$name" --transform="s,^protos/,,;s,^,$name/," LICENSE protos/rookery
}

package_sidecar() {
  local name binary=build/release/bin/rookery-sidecar folder=build/package
  build release
  [[ -f $binary ]] || fail "the build has no rookery-sidecar, so that there is nothing to pack"
  name=rookery-sidecar-$1-linux-$(dpkg --print-architecture)
  rm -rf "${folder:?}/$name"
  mkdir "$folder/$name"
  # The symbols stay in the build tree, with the same build id.
  strip -o "$folder/$name/rookery-sidecar" "$binary"
  cp LICENSE deploy/package/rookery-sidecar/README.md "$folder/$name"
  third_party_licenses "${STATIC_PACKAGES[@]}" >"$folder/$name/THIRD-PARTY-LICENSES"
  pack "$name" --directory "$folder" "$name"
  (cd "$folder" && sha256sum "$name.tar.gz" >"$name.tar.gz.sha256")
  rm -r "${folder:?}/$name"
}

# pack NAME WORD...: build/package/NAME.tar.gz of what the words, tar's own, name.
pack() {
  local archive=build/package/$1.tar.gz
  shift
  tar --create --sort=name --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX --mtime=@0 "$@" |
    gzip --no-name >"$archive"
  echo "Packed $archive."
}

third_party_licenses() {
  local package
  for package in "$@"; do
    printf '==== %s\n\n' "$(dpkg-query -W -f '${source:Package} ${source:Version}' "$package")"
    cat "/usr/share/doc/$package/copyright"
    printf '\n'
  done
}
