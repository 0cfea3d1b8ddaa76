# Images of the programs, with whichever builder there is.
# shellcheck shell=bash

# Debian's docker has BuildKit, which the Dockerfile's mounts need, and does not use it unless it is told to.
export DOCKER_BUILDKIT=1

readonly IMAGES=(rookery tracking registry artifact gateway sidecar)

cmd_image() {
  local registry='' tag='' chosen=() only_stage='' bootstrap='' base=docker.io/library/debian:12-slim
  while [[ $# -gt 0 ]]; do
    case $1 in
      --registry) registry=${2:?dev: --registry needs a value} && shift ;;
      --tag) tag=${2:?dev: --tag needs a value} && shift ;;
      --base) base=${2:?dev: --base needs an image} && shift ;;
      --bootstrap) bootstrap=1 ;;
      --stage) only_stage=1 ;;
      *)
        [[ " ${IMAGES[*]} " == *" $1 "* ]] || bad_option "$1"
        chosen+=("$1")
        ;;
    esac
    shift
  done
  [[ ${#chosen[@]} -gt 0 ]] || chosen=("${IMAGES[@]}")
  # Before the compiler is started for nothing.
  [[ -n $only_stage ]] || image_builder >/dev/null
  local image programs=()
  for image in "${IMAGES[@]}"; do
    programs+=("$(program_of "$image")")
  done
  build release "${programs[@]}"
  step image-stage "Staging the programs in build/image" stage_images
  [[ -z $only_stage ]] || return 0
  if [[ -n $bootstrap ]]; then
    base=localhost/rookery-debian:12
    step image-base "Making $base from Debian's packages" bootstrap_image "$base"
  fi
  local version name
  version=$(project_version)
  for image in "${chosen[@]}"; do
    name=${registry:+$registry/}$(program_of "$image"):${tag:-$version}
    step "image-$image" "Building $name" build_image "$image" "$name" "$version" "$base"
  done
}

# docker, if its daemon answers, podman or buildah.
image_builder() {
  if docker info >/dev/null 2>&1; then
    echo docker
  elif command -v podman >/dev/null; then
    echo podman
  elif command -v buildah >/dev/null; then
    echo buildah
  else
    fail "there is no docker that answers, no podman and no buildah: apt-get install buildah is the smallest"
  fi
}

# build_image TARGET NAME VERSION BASE
build_image() {
  "$(image_builder)" build --file deploy/Dockerfile --target "$1" --tag "$2" --network host \
    --build-arg "VERSION=$3" --build-arg "REVISION=$(git rev-parse HEAD 2>/dev/null || echo unknown)" \
    --build-arg "DEBIAN=$4" --build-arg BINARIES=staged .
}

# What debian:12-slim is, for where no registry can be reached: the smallest system, without documentation but for
# licences. Packages come from where this machine gets its own.
bootstrap_image() {
  local name=$1 tar container
  tar=$(mktemp --suffix=.tar)
  # shellcheck disable=SC2064 # The file's name is wanted as it is now.
  trap "rm -f '$tar'" EXIT
  ensure_packages image
  mmdebstrap --variant=minbase --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' bookworm "$tar"
  case $(image_builder) in
    docker) docker import "$tar" "$name" ;;
    podman) podman import "$tar" "$name" ;;
    buildah)
      container=$(buildah from scratch)
      buildah add "$container" "$tar" /
      buildah commit --rm "$container" "$name"
      ;;
  esac
}

program_of() {
  if [[ $1 == rookery ]]; then echo rookery; else echo "rookery-$1"; fi
}

# build/image/PROGRAM/: what its image gets at its root.
stage_images() {
  local image
  rm -rf build/image
  for image in "${IMAGES[@]}"; do
    stage_image "$(program_of "$image")"
  done
  mkdir -p build/image/rookery-sidecar/etc/ssl/certs
  cp /etc/ssl/certs/ca-certificates.crt build/image/rookery-sidecar/etc/ssl/certs/
}

stage_image() {
  local root=build/image/$1 doc=build/image/$1/usr/share/doc/$1
  mkdir -p "$root/usr/bin" "$doc"
  strip -o "$root/usr/bin/$1" "build/release/bin/$1"
  cp LICENSE "$doc/"
  if [[ $1 == rookery-sidecar ]]; then
    third_party_licenses "${STATIC_PACKAGES[@]}" >"$doc/THIRD-PARTY-LICENSES"
    # shellcheck disable=SC2016 # dpkg-query fills them in.
    dpkg-query -W -f '${Package} ${Version} ${Architecture} ${source:Package}\n' "${STATIC_PACKAGES[@]}" \
      >"$doc/packages"
  else
    { echo ca-certificates && packages_of "$root/usr/bin/$1"; } >"$doc/needs"
  fi
}

# The Debian packages whose libraries a program links itself; those bring what they need.
packages_of() {
  local library
  objdump -p "$1" | sed -n 's/^ *NEEDED *//p' | while read -r library; do
    dpkg-query -S "*/$library" | sed -n 's/:.*//p' | head -n 1
  done | sort -u
}
