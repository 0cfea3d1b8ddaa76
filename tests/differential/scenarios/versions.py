"""Model versions: creation, stages, tags, deletion, latest versions."""

from tests.differential.scenarios.registered_models import read as read_model
from tests.differential.scenarios.registered_models import registered, version
from tests.differential.steps import delete, experiment, get, patch, post, run, scenario


def read(label, number="1"):
    return get(label, "model-versions/get", name="${s}", version=number)


def stage(label, number, to, **more):
    return post(
        label, "model-versions/transition-stage", name="${s}", version=number, stage=to, **more
    )


def latest(label, *stages):
    return post(label, "registered-models/get-latest-versions", name="${s}", stages=list(stages))


SCENARIOS = [
    scenario(
        "versions/made and read",
        registered(),
        version("plain"),
        read("read back"),
        version(
            "with all but a run",
            description="words",
            tags=[{"key": "a", "value": "1"}],
            run_link="http://link",
        ),
        read_model("the model shows the newest"),
        version("no source", None),
        post("source missing", "model-versions/create", name="${s}"),
        version("empty source", ""),
        version("no model", name="none such"),
        post("no name", "model-versions/create", source="s3://b/m"),
        version("a bad name", name="a/b"),
        version("an unknown run", run_id="x"),
        version("a tag without key", tags=[{"value": "v"}]),
        version("a tag without value", tags=[{"key": "k"}]),
        version("a tag twice", tags=[{"key": "k", "value": "1"}, {"key": "k", "value": "2"}]),
        version("a bad tag key", tags=[{"key": "a#b", "value": "1"}]),
        version("a long description", description="d" * 5001),
        read("unknown number", "99"),
        read("number 0", "0"),
        read("negative number", "-1"),
        read("number with a zero", "01"),
        read("number with blanks", " 1 "),
        read("no number at all", "one"),
        read("an empty number", ""),
        get("no number", "model-versions/get", name="${s}"),
        get("no name to read", "model-versions/get", version="1"),
        get("unknown model", "model-versions/get", name="none such", version="1"),
        get("download uri", "model-versions/get-download-uri", name="${s}", version="1"),
        get(
            "download uri of an unknown",
            "model-versions/get-download-uri",
            name="${s}",
            version="99",
        ),
        get("download uri without number", "model-versions/get-download-uri", name="${s}"),
    ),
    scenario(
        "versions/descriptions and tags",
        registered(),
        version("make one"),
        patch("describe", "model-versions/update", name="${s}", version="1", description="words"),
        patch("clear it with nothing", "model-versions/update", name="${s}", version="1"),
        patch(
            "describe an unknown",
            "model-versions/update",
            name="${s}",
            version="9",
            description="d",
        ),
        patch(
            "describe with a word",
            "model-versions/update",
            name="${s}",
            version="x",
            description="d",
        ),
        patch("describe without number", "model-versions/update", name="${s}", description="d"),
        patch("number as number", "model-versions/update", name="${s}", version=1, description="d"),
        post("tag", "model-versions/set-tag", name="${s}", version="1", key="k", value="v"),
        post("overwrite", "model-versions/set-tag", name="${s}", version="1", key="k", value="w"),
        post(
            "tag without value", "model-versions/set-tag", name="${s}", version="1", key="novalue"
        ),
        post("tag without key", "model-versions/set-tag", name="${s}", version="1", value="v"),
        post(
            "tag an unknown", "model-versions/set-tag", name="${s}", version="9", key="k", value="v"
        ),
        post(
            "tag with a word",
            "model-versions/set-tag",
            name="${s}",
            version="x",
            key="k",
            value="v",
        ),
        post("tag without number", "model-versions/set-tag", name="${s}", key="k", value="v"),
        post("bad key", "model-versions/set-tag", name="${s}", version="1", key="a#b", value="v"),
        post(
            "value too long",
            "model-versions/set-tag",
            name="${s}",
            version="1",
            key="k",
            value="x" * 100001,
        ),
        read("read back"),
        delete("untag", "model-versions/delete-tag", name="${s}", version="1", key="k"),
        delete("untag again", "model-versions/delete-tag", name="${s}", version="1", key="k"),
        delete("untag without key", "model-versions/delete-tag", name="${s}", version="1"),
        delete("untag an unknown", "model-versions/delete-tag", name="${s}", version="9", key="k"),
        read("in the end"),
    ),
    scenario(
        "versions/stages",
        registered(),
        [version(f"version {i}") for i in range(1, 5)],
        stage("to Staging", "1", "Staging"),
        stage("to Production", "2", "Production"),
        stage("in small letters", "3", "production"),
        stage("in capitals", "1", "STAGING"),
        latest("newest of each"),
        latest("of Production", "Production"),
        latest("of production in small letters", "production"),
        latest("of two", "Staging", "None"),
        latest("of one without any", "Archived"),
        latest("of an unknown stage", "foo"),
        get("by GET", "registered-models/get-latest-versions", name="${s}"),
        get(
            "by GET of two",
            "registered-models/get-latest-versions",
            name="${s}",
            stages=["None", "Staging"],
        ),
        post("latest of an unknown model", "registered-models/get-latest-versions", name="none"),
        post("latest of no model", "registered-models/get-latest-versions"),
        read_model("the model lists them"),
        stage("archiving", "4", "Production", archive_existing_versions=True),
        read("3 is archived", "3"),
        read("2 is archived", "2"),
        stage("archiving, in small letters", "3", "staging", archive_existing_versions=True),
        stage("archiving for None", "4", "None", archive_existing_versions=True),
        stage("archiving for Archived", "4", "Archived", archive_existing_versions=True),
        stage("to None", "4", "None"),
        stage("to Archived", "4", "archived", archive_existing_versions=False),
        stage("unknown", "4", "foo"),
        stage("empty", "4", ""),
        stage("unknown version", "9", "Staging"),
        stage("version a word", "x", "Staging"),
        stage("archive as text", "4", "Staging", archive_existing_versions="true"),
        post("no stage", "model-versions/transition-stage", name="${s}", version="1"),
        post("no version", "model-versions/transition-stage", name="${s}", stage="Staging"),
        read_model("in the end"),
    ),
    scenario(
        "versions/deleting",
        registered(),
        version("version 1"),
        version("version 2"),
        delete("delete the newest", "model-versions/delete", name="${s}", version="2"),
        read("it is gone", "2"),
        delete("delete again", "model-versions/delete", name="${s}", version="2"),
        read_model("the model shows the other"),
        version("its number is not used again"),
        delete("delete without number", "model-versions/delete", name="${s}"),
        delete("delete without a name", "model-versions/delete", version="1"),
        delete("delete with a word", "model-versions/delete", name="${s}", version="x"),
        stage("move a deleted one", "2", "Staging"),
        patch(
            "describe a deleted one",
            "model-versions/update",
            name="${s}",
            version="2",
            description="d",
        ),
        get(
            "download uri of a deleted one",
            "model-versions/get-download-uri",
            name="${s}",
            version="2",
        ),
        delete("delete the model", "registered-models/delete", name="${s}"),
    ),
    scenario(
        "versions/of a run",
        experiment(),
        run(),
        registered(),
        version(
            "from the run's artifacts",
            "mlflow-artifacts:/${exp}/${run}/artifacts/model",
            run_id="${run}",
        ),
        read("read back"),
        get("download uri", "model-versions/get-download-uri", name="${s}", version="1"),
        version("with a run, elsewhere", "s3://bucket/model", run_id="${run}"),
        version("with a deleted run's id", "s3://bucket/model", run_id="0" * 32),
        delete("delete it", "model-versions/delete", name="${s}", version="1"),
    ),
]
