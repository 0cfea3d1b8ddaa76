"""The rules, and how tests change them."""

import re
import shutil
import subprocess

import pytest
import yaml

from tests.support.program import ROOT

RULES = ROOT / "helm/rookery/files/rules.yaml"
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
# In expressions: ranges and offsets, and how far is looked ahead, which is in seconds.
DURATION = re.compile(r"(?<=\[)\d+[smhd](?=\])|(?<=offset )\d+[smhd]")
AHEAD = re.compile(r"(?<=\], )\d+(?=\))")


def read_rules():
    """All groups, as the file has them."""
    return yaml.safe_load(RULES.read_text())


def all_rules(groups=None):
    return [rule for group in (groups or read_rules())["groups"] for rule in group["rules"]]


def alerts():
    """The rules of alerts, by name."""
    return {rule["alert"]: rule for rule in all_rules() if "alert" in rule}


def without_prose():
    """The rules with what a unit test would only repeat left out."""
    groups = read_rules()
    for rule in all_rules(groups):
        if "annotations" in rule:
            rule["annotations"] = {"summary": rule["annotations"]["summary"]}
    return groups


def hurried(factor):
    """The rules with every duration divided by `factor`: each `for`, range, offset and look ahead.
    Thresholds stay as they are."""
    groups = read_rules()
    for rule in all_rules(groups):
        expr = DURATION.sub(lambda found: _divided(found[0], factor), rule["expr"])
        rule["expr"] = AHEAD.sub(lambda found: str(int(found[0]) // factor), expr)
        if "for" in rule:
            rule["for"] = _divided(rule["for"], factor)
    return groups


def _divided(duration, factor):
    return f"{int(duration[:-1]) * SECONDS[duration[-1]] * 1000 // factor}ms"


def promtool(*words, cwd=ROOT):
    if shutil.which("promtool") is None:
        pytest.skip("NOT RUN: promtool is not installed (Debian's package prometheus)")
    done = subprocess.run(
        ["promtool", *words], cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert done.returncode == 0, done.stdout
    return done.stdout
