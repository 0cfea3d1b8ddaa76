"""Values: a misspelt one is refused, each is explained, and none is a secret."""

import json
import re

import pytest
import yaml

from tests.helm.cases import CASES, TRIAL, merged
from tests.helm.charts import CHART, LIBRARY, RefusedError, readme_example, text

# Keys below these are the user's own, or Kubernetes' (whose schemas check them).
OPEN = {
    "affinity",
    "annotations",
    "behavior",
    "commonLabels",
    "gatewayTlsConfig",
    "labels",
    "limits",
    "nodeSelector",
    "podAnnotations",
    "podLabels",
    "requests",
    "settings",
    "updateStrategy",
}


def values_of(chart):
    return yaml.safe_load((chart / "values.yaml").read_text())


def sections(values, path=()):
    """Paths of all that has keys of its own."""
    yield path
    for key, value in values.items():
        if isinstance(value, dict) and key not in OPEN:
            yield from sections(value, (*path, key))


def at(path, value):
    for key in reversed(path):
        value = {key: value}
    return value


@pytest.mark.parametrize("path", list(sections(values_of(CHART))), ids=".".join)
def test_a_misspelt_key_is_refused_wherever_it_stands(path):
    with pytest.raises(RefusedError, match="misspelt"):
        text(merged(TRIAL, at(path, {"misspelt": 1})))


@pytest.mark.parametrize("path", list(sections(values_of(LIBRARY))), ids=".".join)
def test_a_misspelt_key_of_the_librarys_is_refused(path, tmp_path):
    chart = readme_example(tmp_path)
    with pytest.raises(RefusedError, match="misspelt"):
        text({"rookery-sidecar": at(path, {"misspelt": 1})}, chart=chart)


@pytest.mark.parametrize(
    "path",
    [
        ("auth", "issuers", [{"issuer": "i", "kys": "k"}]),
        ("networkPolicy", "clients", [{"podSelctor": {}}]),
        ("ingress", "tls", [{"host": "h"}]),
        ("imagePullSecrets", [{"nme": "n"}]),
        ("tls", "certManager", "issuerRef", {"nam": "n"}),
    ],
)
def test_a_misspelt_key_in_a_list_is_refused(path):
    with pytest.raises(RefusedError, match="additional propert"):
        text(merged(TRIAL, at(path[:-1], path[-1])))


def test_the_schema_has_the_keys_that_values_have():
    for chart in (CHART, LIBRARY):
        schema = json.loads((chart / "values.schema.json").read_text())
        for path in sections(values_of(chart)):
            node, values = schema, values_of(chart)
            for key in path:
                node, values = node["properties"][key], values[key]
                while "$ref" in node:
                    node = schema["$defs"][node["$ref"].removeprefix("#/$defs/")]
            # What may be given beside the defaults.
            more = {
                (): {"global"},
                ("tls", "certManager", "issuerRef"): {"name", "kind", "group"},
            }.get(path, set())
            more |= {"claims"} if path and path[-1] == "resources" else set()
            assert node.get("properties", {}).keys() == values.keys() | more, path
            assert node["additionalProperties"] is False, path


@pytest.mark.parametrize("chart", [CHART, LIBRARY], ids=lambda chart: chart.name)
def test_every_value_has_a_word_on_what_it_is_for(chart):
    """Above it, or where its name stands for the first time in the file."""
    explained = {"requests", "limits"}  # Kubernetes' own words
    above = ""
    for line in (chart / "values.yaml").read_text().splitlines():
        key = re.match(r"\s*([\w-]+):( [^&*].*)?$", line)
        if key and above.lstrip().startswith("#"):
            explained.add(key[1])
        # Sections explain themselves by their values.
        is_leaf = key and key[2] and key[2].strip()
        if is_leaf and not key[1].startswith("rookery-"):
            assert key[1] in explained, f"{key[1]} has no comment"
        above = line


def test_no_value_holds_a_secret():
    """Each that could be one is the name of a Secret, and empty by default."""
    secret = re.compile(r"password|secret|token|key$|credential", re.I)
    names = {
        "existingSecret", "passwordKey", "key", "gatewayCaSecret", "clientCertificateSecret",
        "secret", "imagePullSecrets", "token", "tokenKeys", "urlSigningKey",
    }  # fmt: skip
    for chart in (CHART, LIBRARY):
        for path in sections(values_of(chart)):
            values = values_of(chart)
            for key in path:
                values = values[key]
            for key, value in values.items():
                if secret.search(key):
                    assert key in names, (path, key)
                    assert not value or key in ("key", "passwordKey") or isinstance(value, dict)
    for case, values in CASES.items():
        for document in yaml.safe_load_all(text(values)):
            if document and document["kind"] == "Secret":
                name = document["metadata"]["name"]
                # Made by the chart itself: see values.yaml on each.
                assert name.endswith(("-tls", "-ca-key", "-postgresql")), (case, name)
