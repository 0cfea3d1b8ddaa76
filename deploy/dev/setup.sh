# Everything that must be installed before the rest works.
# shellcheck shell=bash

readonly VENVS=$ROOT/build/venv
# What Debian's packages ask before they start a service.
readonly POLICY=/usr/sbin/policy-rc.d
readonly CREATECLUSTER_CONF=/etc/postgresql-common/createcluster.conf

cmd_setup() {
  [[ $# -eq 0 ]] || bad_option "$1"
  ensure_build_tools
  ensure_packages test check
  ensure_venv tools
  ensure_venv mlflow317
  ensure_venv mlflow222
  ensure_venv grpc
  ensure_venv azureml
  ensure_venv spark
  ensure_venv kubernetes
  ensure_helm
  ensure_ui_test
  echo "Everything is installed."
}

ensure_build_tools() {
  ensure_packages build
  ensure_googleapis
  ensure_debian_sources
}

# ensure_packages GROUP...: installs what is missing of these groups of packages.txt.
ensure_packages() {
  local missing
  command -v apt-get >/dev/null || fail "there is no apt-get: ./dev needs Debian 12"
  mapfile -t missing < <(missing_packages "$@")
  [[ ${#missing[@]} -gt 0 ]] || return 0
  echo "Missing Debian packages: ${missing[*]}"
  as_root true || fail "cannot become root. Let an administrator run: apt-get install ${missing[*]}"
  step apt-update "Reading package lists" as_root apt-get update
  if [[ " ${missing[*]} " == *" postgresql-15 "* ]]; then
    step apt-postgresql "Installing PostgreSQL 15, without a cluster" install_postgresql
    mapfile -t missing < <(missing_packages "$@")
    [[ ${#missing[@]} -gt 0 ]] || return 0
  fi
  step apt-install "Installing ${#missing[@]} Debian packages" install_packages "${missing[@]}"
}

missing_packages() {
  local groups=" $* " installed group package
  # The state, not the mere name: a removed package may still be known with its configuration.
  installed=$(dpkg-query -W -f '${binary:Package} ${db:Status-Status}\n' | sed -n 's/\(:[^ ]*\)\? installed$//p')
  while read -r group package; do
    [[ $groups == *" $group "* ]] || continue
    grep -qxF "$package" <<<"$installed" || echo "$package"
  done <"$ROOT/deploy/dev/packages.txt"
}

# A shell of its own, whose end takes back what must not stay.
install_packages() (
  refuse_services
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
  # Nor is it to be started at the next boot.
  [[ " $* " != *" prometheus "* ]] || as_root update-rc.d prometheus disable
)

# What tests start themselves is not to be a service of this machine. Somebody may have said already what packages may
# start.
refuse_services() {
  [[ ! -e $POLICY ]] || return 0
  trap 'as_root rm -f "$POLICY"' EXIT
  printf '#!/bin/sh\nexit 101\n' | as_root tee "$POLICY" >/dev/null
  as_root chmod 755 "$POLICY"
}

# Debian's package makes and starts a cluster unless this file says no. It gets its old words back
# afterwards; clusters that exist are not touched.
install_postgresql() {
  install_packages postgresql-common
  local before
  before=$(mktemp)
  as_root cat "$CREATECLUSTER_CONF" >"$before"
  # shellcheck disable=SC2064 # The file's name is wanted as it is now.
  trap "as_root tee '$CREATECLUSTER_CONF' <'$before' >/dev/null; rm -f '$before'" EXIT
  printf '\ncreate_main_cluster = false\n' | as_root tee -a "$CREATECLUSTER_CONF" >/dev/null
  install_packages postgresql-15
}

as_root() {
  if [[ $EUID -eq 0 ]]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    return 1
  fi
}

# ensure_venv NAME: build/venv/NAME holds exactly what requirements-NAME.txt says.
ensure_venv() {
  local name=$1 requirements=$ROOT/deploy/dev/requirements-$1.txt
  is_stamped "$VENVS/$name" "$requirements" && return
  step "pip-$name" "Installing the Python environment '$name'" make_venv "$VENVS/$name" "$requirements"
  stamp "$VENVS/$name" "$requirements"
}

make_venv() {
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 10) and "Python 3.10 or newer is needed")'
  rm -rf "$1"
  python3 -m venv "$1"
  "$1/bin/pip" install --disable-pip-version-check --no-deps --requirement "$2"
  "$1/bin/pip" check
}

# What drives the web UI's test: Chromium, node, and in build/ui/ what tests/ui/package-lock.json says.
ensure_ui_test() {
  local lock=$ROOT/tests/ui/package-lock.json
  ensure_packages ui
  command -v npm >/dev/null || ensure_packages node
  is_stamped "$ROOT/build/ui" "$lock" && return
  step npm-ui "Installing playwright-core" install_playwright "$ROOT/build/ui"
  stamp "$ROOT/build/ui" "$lock"
}

install_playwright() {
  rm -rf "$1"
  mkdir -p "$1"
  cp "$ROOT"/tests/ui/package.json "$ROOT"/tests/ui/package-lock.json "$1"
  npm ci --prefix "$1" --ignore-scripts --no-audit --no-fund
}

# The protos go to build/googleapis, which CMakePresets.json names.
ensure_googleapis() {
  local requirements=$ROOT/deploy/dev/requirements-googleapis.txt
  is_stamped "$ROOT/build/googleapis" "$requirements" && return
  step pip-googleapis "Fetching google/api/*.proto" fetch_googleapis "$ROOT/build/googleapis" "$requirements"
  stamp "$ROOT/build/googleapis" "$requirements"
}

fetch_googleapis() {
  # A venv for its pip alone: Debian's python3 has none.
  python3 -m venv "$VENVS/pip"
  rm -rf "$1"
  "$VENVS/pip/bin/pip" install --disable-pip-version-check --no-deps --no-compile --target "$1" \
    --requirement "$2"
  find "$1" -type f -not -name '*.proto' -delete
  find "$1" -type d -empty -delete
}

# The sources of those libraries of which Debian packages no archive, for cmake/Static.cmake: the versions whose
# headers are installed.
ensure_debian_sources() {
  local folder=$ROOT/build/debian-sources versions
  # shellcheck disable=SC2016 # dpkg-query fills them in.
  versions=$(dpkg-query -W -f '${source:Package}=${source:Version}\n' \
    libfmt-dev libsimdjson-dev libspdlog-dev prometheus-cpp-dev)
  [[ -f $folder/.versions && $(<"$folder/.versions") == "$versions" ]] && return
  # Its own state, since the system's knows no sources, and from the mirrors that the system uses.
  if [[ -z $(debian_mirrors) ]]; then
    step apt-update "Reading package lists" as_root apt-get update
  fi
  step debian-sources "Fetching sources of Debian packages" fetch_debian_sources "$folder" "$versions"
  echo "$versions" >"$folder/.versions"
}

# Lines of apt's, which say where the sources of Debian's packages are.
debian_mirrors() {
  # shellcheck disable=SC2016 # apt-get fills them in.
  apt-get indextargets --format '$(ORIGIN) deb-src $(REPO_URI) $(CODENAME) $(COMPONENT)' \
    'Created-By: Packages' | sed -n 's/^Debian deb-src /deb-src /p' | sort -u
}

fetch_debian_sources() {
  local folder=$1 apt source version
  rm -rf "$folder"
  mkdir -p "$folder/apt/lists/partial" "$folder/apt/cache/archives/partial"
  debian_mirrors >"$folder/apt/sources.list"
  apt=(-o Dir::Etc::SourceList="$folder/apt/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o Dir::State::Lists="$folder/apt/lists" -o Dir::Cache="$folder/apt/cache")
  apt-get "${apt[@]}" update
  while IFS='=' read -r source version; do
    (cd "$folder/apt" && apt-get "${apt[@]}" source --download-only "$source=$version")
    dpkg-source --no-copy --extract "$folder/apt/${source}_${version#*:}.dsc" "$folder/$source"
  done <<<"$2"
  rm -rf "$folder/apt"
}

# Neither an environment nor a build folder outlives a move of the tree or another Python.
stamp_of() { { cat "$1" && python3 --version && echo "$ROOT"; } | sha256sum; }
stamp() { stamp_of "$2" >"$1/.stamp"; }
is_stamped() { [[ -f $1/.stamp && $(stamp_of "$2") == "$(<"$1/.stamp")" ]]; }
