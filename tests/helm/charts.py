"""Renders the charts as a user would, by `helm template`."""

import functools
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "helm/rookery"
LIBRARY = ROOT / "helm/rookery-sidecar"
KUBERNETES = "1.34.0"


class RefusedError(Exception):
    """Helm's words when it does not render."""


def helm(*words, stdin=None):
    program = os.environ.get("HELM", ROOT / "build/tools/helm")
    done = subprocess.run([program, *words], input=stdin, capture_output=True, text=True)
    if done.returncode != 0:
        raise RefusedError(done.stdout + done.stderr)
    return done.stdout


def text(values, *words, chart=CHART, namespace="ml", kubernetes=KUBERNETES):
    """What `helm template` prints. By itself it is the same each time for the tree's own charts."""
    once = chart in (CHART, LIBRARY) and not words
    return (_text_once if once else _text)(json.dumps(values), words, chart, namespace, kubernetes)


def _text(values, words, chart, namespace, kubernetes):
    common = ["--namespace", namespace, "--kube-version", kubernetes, "--values", "-"]
    return helm("template", "rookery", chart, *common, *words, stdin=values)


_text_once = functools.lru_cache(maxsize=None)(_text)


def render(values, *words, **others):
    """The objects, as dicts."""
    loaded = yaml.load_all(text(values, *words, **others), Loader=yaml.CSafeLoader)
    return [each for each in loaded if each]


def of_kind(objects, *kinds):
    return [each for each in objects if each["kind"] in kinds]


def named(objects, kind, name):
    (found,) = [each for each in of_kind(objects, kind) if each["metadata"]["name"] == name]
    return found


def pod_of(thing):
    """The pod, or the template of pods, in an object: {metadata, spec}; None if it has none."""
    if thing["kind"] == "Pod":
        return thing
    template = thing.get("spec", {}).get("template")
    return template if thing["kind"] in WORKLOADS else None


WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "Job")


def pods_of(objects):
    """(object, its pod) of all that run something."""
    return [(each, pod_of(each)) for each in objects if pod_of(each)]


def containers_of(pod):
    return pod["spec"].get("initContainers", []) + pod["spec"]["containers"]


def label(thing, name="component"):
    return thing["metadata"].get("labels", {}).get(f"app.kubernetes.io/{name}")


def readme_example(folder):
    """The chart that the library's README shows, with the library in it."""
    blocks = re.findall(
        r"^(\S+):\n\n```yaml\n(.*?)^```", (LIBRARY / "README.md").read_text(), re.M | re.S
    )
    assert {name for name, _ in blocks} == {"Chart.yaml", "values.yaml", "templates/job.yaml"}
    for name, content in blocks:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    shutil.copytree(LIBRARY, folder / "charts/rookery-sidecar")
    return folder
