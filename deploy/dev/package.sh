# Archives for those who use Rookery without building it.
# shellcheck shell=bash

cmd_package() {
  [[ $# -eq 0 ]] || bad_option "$1"
  local version name
  version=$(sed -n 's/^project(rookery VERSION \([0-9.]*\) .*/\1/p' CMakeLists.txt)
  name=rookery-protos-$version
  mkdir -p build/package
  # The same files make the same bytes, whoever packs them and when.
  tar --create --sort=name --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX --mtime=@0 \
    --transform="s,^protos/,,;s,^,$name/," LICENSE protos/rookery | gzip --no-name >"build/package/$name.tar.gz"
  echo "Packed build/package/$name.tar.gz."
}
