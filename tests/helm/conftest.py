"""The tests of charts are for the environment that has Kubernetes' schemas."""

import importlib.util

# MLflow's environments have them not; deploy/dev/requirements-kubernetes.txt has.
if importlib.util.find_spec("kubernetes_validate") is None:
    collect_ignore_glob = ["*"]
