"""Registered models, their tags and aliases."""

from tests.differential.steps import delete, get, patch, post, scenario

NAMES = {
    "with a slash": "a/b",
    "with a colon": "a:b",
    "two dots": "..",
    "a dot": ".",
    "dot within": "a.b",
    "percent": "a%b",
    "quote": "a'b",
    "double quote": 'a"b',
    "number sign": "a#b",
    "question mark": "a?b",
    "backslash": "a\\b",
    "ampersand": "a&b",
    "not ASCII": "ü漢🐧",
    "blanks around": " a ",
    "a newline": "a\nb",
}


def registered(suffix=""):
    return post("make it" + suffix, "registered-models/create", name="${s}" + suffix)


def version(label, source="s3://bucket/model", **message):
    return post(label, "model-versions/create", **{"name": "${s}", "source": source, **message})


def read(label, suffix=""):
    return get(label, "registered-models/get", name="${s}" + suffix)


def alias(label, name, version="1", **more):
    return post(label, "registered-models/alias", name="${s}", alias=name, version=version, **more)


def by_alias(label, name):
    return get(label, "registered-models/alias", name="${s}", alias=name)


SCENARIOS = [
    scenario(
        "registered models/made and read",
        post("without anything", "registered-models/create", name="${s}"),
        read("read back"),
        post(
            "with all",
            "registered-models/create",
            name="${s} 2",
            description="words",
            tags=[{"key": "a", "value": "1"}, {"key": "b", "value": ""}],
        ),
        read("read all back", " 2"),
        post("taken", "registered-models/create", name="${s}"),
        post("empty description", "registered-models/create", name="${s} 3", description=""),
        post("no name", "registered-models/create"),
        post("empty name", "registered-models/create", name=""),
        post("blank name", "registered-models/create", name="  "),
        post("null name", "registered-models/create", name=None),
        post("number for a name", "registered-models/create", name=5),
        post("a name of 256", "registered-models/create", name="${s}".ljust(256, "n")),
        post("a name of 257", "registered-models/create", name="${s}".ljust(257, "n")),
        post(
            "a long description", "registered-models/create", name="${s} 4", description="d" * 5001
        ),
        post("a tag without key", "registered-models/create", name="${s} 5", tags=[{"value": "v"}]),
        post("a tag without value", "registered-models/create", name="${s} 6", tags=[{"key": "k"}]),
        post(
            "a tag twice",
            "registered-models/create",
            name="${s} 7",
            tags=[{"key": "k", "value": "1"}, {"key": "k", "value": "2"}],
        ),
        post(
            "a bad tag key",
            "registered-models/create",
            name="${s} 8",
            tags=[{"key": "a#b", "value": "1"}],
        ),
        get("unknown", "registered-models/get", name="none such"),
        get("get without a name", "registered-models/get"),
        get("get with an empty name", "registered-models/get", name=""),
        get("get with a bad name", "registered-models/get", name="a/b"),
    ),
    scenario(
        "registered models/odd names",
        [post(label, "registered-models/create", name=name) for label, name in NAMES.items()],
        [
            get(f"read one {label}", "registered-models/get", name=name)
            for label, name in NAMES.items()
        ],
    ),
    scenario(
        "registered models/descriptions and renaming",
        registered(),
        registered(" 2"),
        version("a version"),
        alias("an alias", "prod"),
        patch("describe", "registered-models/update", name="${s}", description="words"),
        patch("clear it with nothing", "registered-models/update", name="${s}"),
        patch("describe again", "registered-models/update", name="${s}", description="words"),
        patch("clear it with empty text", "registered-models/update", name="${s}", description=""),
        patch("describe an unknown one", "registered-models/update", name="none", description="d"),
        patch("describe without a name", "registered-models/update", description="d"),
        post("rename", "registered-models/rename", name="${s}", new_name="${s} new"),
        read("the old name is gone"),
        read("the new one", " new"),
        get("its version moved", "model-versions/get", name="${s} new", version="1"),
        get("its alias moved", "registered-models/alias", name="${s} new", alias="prod"),
        post("to a taken name", "registered-models/rename", name="${s} new", new_name="${s} 2"),
        post("to its own name", "registered-models/rename", name="${s} 2", new_name="${s} 2"),
        post("to no name", "registered-models/rename", name="${s} 2"),
        post("to an empty name", "registered-models/rename", name="${s} 2", new_name=""),
        post("to a bad name", "registered-models/rename", name="${s} 2", new_name="a/b"),
        post("an unknown one", "registered-models/rename", name="none such", new_name="x"),
        post("without a name", "registered-models/rename", new_name="x"),
    ),
    scenario(
        "registered models/deleting",
        registered(),
        version("a version"),
        alias("an alias", "prod"),
        delete("delete", "registered-models/delete", name="${s}"),
        read("it is gone"),
        get("its version too", "model-versions/get", name="${s}", version="1"),
        delete("delete again", "registered-models/delete", name="${s}"),
        delete("delete without a name", "registered-models/delete"),
        delete("delete with an empty name", "registered-models/delete", name=""),
        post("make it anew", "registered-models/create", name="${s}"),
        version("its versions begin at 1"),
        by_alias("its alias is gone", "prod"),
    ),
    scenario(
        "registered models/tags",
        registered(),
        post("set", "registered-models/set-tag", name="${s}", key="k", value="v"),
        post("overwrite", "registered-models/set-tag", name="${s}", key="k", value="w"),
        post("no value", "registered-models/set-tag", name="${s}", key="novalue"),
        post("empty value", "registered-models/set-tag", name="${s}", key="empty", value=""),
        post("no key", "registered-models/set-tag", name="${s}", value="v"),
        post("empty key", "registered-models/set-tag", name="${s}", key="", value="v"),
        post("no name", "registered-models/set-tag", key="k", value="v"),
        post("unknown model", "registered-models/set-tag", name="none", key="k", value="v"),
        post("bad key", "registered-models/set-tag", name="${s}", key="a#b", value="v"),
        post("key of 250", "registered-models/set-tag", name="${s}", key="k" * 250, value="v"),
        post("key of 251", "registered-models/set-tag", name="${s}", key="k" * 251, value="v"),
        post("value of 5001", "registered-models/set-tag", name="${s}", key="l", value="x" * 5001),
        post("100000", "registered-models/set-tag", name="${s}", key="l", value="x" * 100000),
        post("100001", "registered-models/set-tag", name="${s}", key="l", value="x" * 100001),
        post("number", "registered-models/set-tag", name="${s}", key="n", value=5),
        delete("untag the long", "registered-models/delete-tag", name="${s}", key="l"),
        read("read back"),
        delete("delete", "registered-models/delete-tag", name="${s}", key="k"),
        delete("delete again", "registered-models/delete-tag", name="${s}", key="k"),
        delete("delete without a key", "registered-models/delete-tag", name="${s}"),
        delete("delete from an unknown one", "registered-models/delete-tag", name="none", key="k"),
        read("in the end"),
    ),
    scenario(
        "registered models/aliases",
        registered(),
        version("version 1"),
        version("version 2"),
        alias("set", "champion"),
        by_alias("get", "champion"),
        alias("move", "champion", "2"),
        by_alias("get the moved", "champion"),
        read("the model lists it"),
        get("the version lists it", "model-versions/get", name="${s}", version="2"),
        alias("a second on one version", "best", "2"),
        by_alias("absent", "none"),
        by_alias("latest can be read", "latest"),
        by_alias("Latest too", "Latest"),
        [alias(f"reserved {name}", name) for name in ("latest", "Latest", "v1", "V2", "v01")],
        [alias(f"allowed {name}", name) for name in ("v", "vx", "1", "ü", "a-b_c", "v1a")],
        [alias(f"odd {name!r}", name) for name in ("a b", "a.b", "a/b", "a:b", "🐧", "", " ")],
        alias("of 255", "a" * 255),
        alias("of 256", "a" * 256),
        alias("unknown version", "x", "9"),
        alias("version as a number", "x", 1),
        alias("version a word", "x", "one"),
        post("no version", "registered-models/alias", name="${s}", alias="x"),
        post("no alias", "registered-models/alias", name="${s}", version="1"),
        post("unknown model", "registered-models/alias", name="none", alias="x", version="1"),
        get("get of an unknown model", "registered-models/alias", name="none", alias="x"),
        get("get without an alias", "registered-models/alias", name="${s}"),
        delete("delete", "registered-models/alias", name="${s}", alias="champion"),
        delete("delete again", "registered-models/alias", name="${s}", alias="champion"),
        delete("delete without an alias", "registered-models/alias", name="${s}"),
        delete("delete of an unknown model", "registered-models/alias", name="none", alias="x"),
        by_alias("it is gone", "champion"),
        read("in the end"),
        delete("delete version 2", "model-versions/delete", name="${s}", version="2"),
        by_alias("its alias is gone", "best"),
    ),
]
