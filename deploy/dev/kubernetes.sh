# The chart and the images on a cluster that somebody else made.
# shellcheck shell=bash

readonly KUBERNETES_NEXT=$ROOT/build/next

# test_kubernetes: on the cluster that KUBECONFIG names. It needs a command that takes archives of images to its nodes.
test_kubernetes() {
  [[ -n ${KUBECONFIG:-} ]] || fail "KUBECONFIG names no cluster. With kind: kind create cluster --kubeconfig k && \
KUBECONFIG=k ROOKERY_KUBERNETES_LOAD='kind load image-archive' ./dev test --kubernetes"
  [[ -n ${ROOKERY_KUBERNETES_LOAD:-} ]] ||
    fail "ROOKERY_KUBERNETES_LOAD is to be a command that takes archives of images to the cluster's nodes, such as \
'kind load image-archive'"
  command -v kubectl >/dev/null || fail "there is no kubectl"
  kubectl version >/dev/null || fail "the cluster of $KUBECONFIG does not answer"
  local base=docker.io/library/debian:12-slim
  ensure_venv mlflow317
  ensure_helm
  # Where no registry can be reached.
  if [[ -n ${ROOKERY_IMAGE_BOOTSTRAP:-} ]]; then
    base=localhost/rookery-debian:12
    step image-base "Making $base from Debian's packages" bootstrap_image "$base"
  fi
  cmd_image --registry localhost --tag test --base "$base"
  step build-next "Compiling the version after this one" build_next_version
  (
    cd "$KUBERNETES_NEXT" &&
      ./dev image --registry localhost --tag next --base "$base" rookery tracking registry artifact gateway
  )
  step image-postgres "Building an image of PostgreSQL" build_test_image "$base" rookery-test-postgres \
    tests/kubernetes/images/postgres/Dockerfile tests/kubernetes/images/postgres
  step image-client "Building an image with MLflow's client" build_test_image "$base" rookery-test-client \
    tests/kubernetes/images/client/Dockerfile "$(echo "$VENVS"/mlflow317/lib/python3.*/site-packages)"
  step image-load "Taking the images to the cluster" load_images \
    {rookery,rookery-{tracking,registry,artifact,gateway,sidecar},rookery-test-{postgres,client}}:test \
    {rookery,rookery-{tracking,registry,artifact,gateway}}:next
  HELM=$ROOT/build/tools/helm run_pytest mlflow317 -s tests/kubernetes
}

build_test_image() {
  "$(image_builder)" build --file "$3" --tag "localhost/$2:test" --network host --build-arg "DEBIAN=$1" "$4"
}

load_images() {
  local name load archive=$ROOT/build/image-archive.tar
  read -r -a load <<<"$ROOKERY_KUBERNETES_LOAD"
  for name in "$@"; do
    rm -f "$archive"
    case $(image_builder) in
      docker) docker save --output "$archive" "localhost/$name" ;;
      podman) podman save --format docker-archive --output "$archive" "localhost/$name" ;;
      buildah) buildah push "localhost/$name" "docker-archive:$archive:localhost/$name" ;;
    esac
    "${load[@]}" "$archive"
  done
  rm -f "$archive"
}

# A copy of this tree, one version and one migration of tracking's schema ahead: what an upgrade leads to, and a
# rollback back from.
build_next_version() {
  local next=$KUBERNETES_NEXT migrations=services/tracking/store/migrations version last new
  version=$(project_version)
  last=$(basename "$(printf '%s\n' "$migrations"/*.sql | tail -n 1)")
  new=$(printf '%04d_next.sql' $((10#${last%%_*} + 1)))
  mkdir -p "$next/build"
  git ls-files -z | tar --create --null --files-from=- | tar --extract --directory "$next"
  printf '%s\n' "-- oldest program: 3" "" "ALTER TABLE runs ADD COLUMN next_note text;" >"$next/$migrations/$new"
  sed -i "s,^\( *\)store/migrations/$last,&\n\1store/migrations/$new," "$next/services/tracking/CMakeLists.txt"
  sed -i "s/^project(rookery VERSION $version /project(rookery VERSION ${version%.*}.$((${version##*.} + 1)) /" \
    "$next/CMakeLists.txt"
  ln -sfn "$ROOT/build/googleapis" "$next/build/googleapis"
  ln -sfn "$ROOT/build/debian-sources" "$next/build/debian-sources"
  (cd "$next" && ./dev build)
}
