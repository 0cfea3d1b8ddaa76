"""Where Rookery answers otherwise than MLflow 3.17.2, on purpose: the one list of it.

test_scenarios.py holds it against both servers: what differs must be listed, what is listed must
differ, and Rookery's answer must be the one that is said here. docs/compatibility.md prints it.
"""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from tests.differential.scenarios import SCENARIOS


@dataclass(frozen=True)
class Difference:
    """`steps` are patterns of `scenario: step`; at each of these Rookery answers with one of
    `status` and with what the regular expression `says` finds."""

    mlflow: str
    rookery: str
    because: str
    steps: tuple = ()
    status: tuple = (400,)
    says: str = ""


# What normalise.py does not look at.
EVERYWHERE = [
    Difference(
        mlflow="experiment ids are counted by the database",
        rookery="63-bit integers ordered by time",
        because="they can be made without the database",
    ),
    Difference(
        mlflow="errors have `error_class` and `sqlstate`, too, and after `Error:` what the "
        "database said",
        rookery="code and message",
        because="MLflow's clients read no more; the SQL is nobody's business",
    ),
    Difference(
        mlflow="errors of the server do not say which request it was",
        rookery="their message ends with `[request ID]`, as the log has it",
        because="an operator finds it",
    ),
    Difference(
        mlflow="page tokens hold an offset",
        rookery="the place in the order",
        because="pages then neither repeat nor skip when rows are added; tokens are opaque",
    ),
    Difference(
        mlflow="tags and params in the order in which the database returns them",
        rookery="ordered by key",
        because="the same answer every time",
    ),
]

DIFFERENCES = [
    Difference(
        mlflow="malformed JSON counts as `{}`",
        rookery="400 with the byte where it stops being JSON; so are an escape that is none, and "
        "encodings other than UTF-8",
        because="the sender's mistake should reach the sender",
        says="Malformed JSON at byte|not valid UTF-8|Invalid escape at byte",
        steps=(
            "http/bodies: malformed",
            "http/bodies: trailing comma",
            "http/bodies: single quotes",
            "http/bodies: two objects",
            "http/bodies: not UTF-8",
            "http/bodies: UTF-16",
            "http/bodies: a lone surrogate",
            "http/bodies: a raw newline in text",
            "http/bodies: a comment",
            "http/queries: a bad escape",
            "http/queries: not UTF-8",
            "metrics/values: a NaN literal",
            "metrics/values: an Infinity literal",
        ),
    ),
    Difference(
        mlflow="the character NUL is stored, by databases that can",
        rookery="400",
        because="PostgreSQL cannot store it",
        says="NUL",
        steps=("http/bodies: NUL in text", "http/queries: NUL"),
    ),
    Difference(
        mlflow="a value that does not fit its field is dropped in silence where no check is made, "
        "or a 500 page",
        rookery="400 that names the field and the value",
        because="data would be lost; and clients retry 500",
        says="Invalid value .* for parameter|Invalid boolean value",
        steps=(
            "http/queries: a number of blanks",
            "http/queries: an empty number",
            "http/queries: a fraction",
            "http/queries: a number beyond int32",
            "inputs/datasets: datasets are text",
            "metrics/batches: metrics of text",
            "metrics/batches: step a word",
            "metrics/batches: timestamp a word",
            "metrics/batches: value a word",
            "metrics/histories: max_results a word",
            "metrics/values: a boolean",
            "metrics/values: a list",
            "models/finalising: unknown status",
            "params/batches: number for a value",
            "params/batches: params are text",
            "runs/made and read: user as a number",
            "runs/tags at creation: tags are *",
            "runs/updates: status in small letters",
            "runs/updates: status unknown",
            "tags/batches: number for a value",
            "metrics/times and steps: step as fraction",
            "metrics/times and steps: step beyond int64",
            "values/*: experiments/create tags: a list",
            "values/*: logged-models params: a list",
            "values/*: registered-models/create tags: a list",
            "values/*: registered-models/get-latest-versions stages: a list",
            "values/*: runs/log-batch *: a list",
            "values/*: runs/log-inputs datasets: a list",
            "values/*: runs/log-metric step: a list",
            "values/*: runs/log-metric timestamp: a list",
            "values/*: runs/log-metric value: a list",
            "values/*: runs/outputs models: a list",
            "values/of runs: runs/create start_time: a fraction",
            "values/of runs: runs/create start_time: a list",
            "values/of runs: runs/create start_time: an object",
            "values/of runs: runs/create start_time: true",
            "values/of runs: runs/create user_id: a*",
            "values/of runs: runs/create user_id: true",
            "values/of runs: runs/log-metric step: true",
            "values/of runs: runs/log-metric timestamp: true",
            "values/of runs: runs/log-metric value: true",
            "values/of runs: runs/log-metric step: an object",
            "values/of runs: runs/log-metric timestamp: an object",
            "values/of runs: runs/log-metric value: an object",
            "values/of runs: runs/log-metric step: a fraction",
            "values/of runs: runs/log-metric timestamp: a fraction",
            "values/of runs: runs/update end_time: a fraction",
            "values/of runs: runs/update end_time: a list",
            "values/of runs: runs/update end_time: an object",
            "values/of runs: runs/update end_time: true",
            "values/of runs: runs/update status: *text",
            "values/of runs: runs/outputs models: empty text",
            "values/of runs: runs/update status: a fraction",
            "values/of runs: runs/update status: true",
            "searches/of runs: an unknown view",
            "http/queries: a boolean word",
            "http/queries: a boolean number",
        ),
    ),
    Difference(
        mlflow="after such a request, what could be read of it is stored",
        rookery="nothing of it is",
        because="half a request is nobody's wish",
        status=(200,),
        steps=(
            "metrics/batches: in the end",
            "metrics/times and steps: in the end",
            "metrics/values: in the end",
            "tags/batches: in the end",
            "values/of runs: in the end",
        ),
    ),
    Difference(
        mlflow="`null` for a list of metrics, params or tags: 500 page",
        rookery="taken as absent",
        because="clients retry 500",
        status=(200,),
        steps=("metrics/batches: metrics null", "values/of runs: runs/log-batch *: null"),
    ),
    Difference(
        mlflow="a JSON array, number or text as body: 500 page",
        rookery="400",
        because="clients retry 500",
        says="must be a JSON object|expected an object",
        steps=(
            "http/bodies: an array",
            "http/bodies: a number",
            "http/bodies: plain text",
            "http/bodies: true",
        ),
    ),
    Difference(
        mlflow="a few refusals speak of another fault first",
        rookery="the message names the field that is missing or the values that there are",
        because="they tell what to do; the status and the code are the same",
        says="Missing value for required parameter|Valid values are|Value was of type"
        "|could not base64-decode|header is missing|It must be at most|not a JSON object",
        steps=(
            "http/content types: empty",
            "metrics/histories: a token of nonsense",
            "metrics/values: empty text",
            "params/batches: by run_uuid",
            "runs/updates: status 99",
            "values/of runs: runs/log-metric value: empty text",
            "values/of runs: runs/update status: an integer",
            "versions/made and read: download uri without number",
            "searches/of runs: max_results 50001",
            "searches/of registered models: max_results 1001",
            "searches/of versions: max_results 200001",
            "searches/of *: a token of nonsense",
            "views/files of a run: get without a path",
            "views/files of a run: upload without *",
            "views/files of a version: without a path",
            "views/files of a logged model: get without a path",
            "views/models of MLflow 2: not an object",
        ),
    ),
    Difference(
        mlflow="runs/delete without run_id: 404 for the run ''",
        rookery="400: run_id is missing",
        because="that is the fault",
        says="Missing value for required parameter 'run_id'",
        steps=("runs/deleting and restoring: delete by run_uuid",),
    ),
    Difference(
        mlflow="runs/outputs takes an empty list of models, logged-models/search one of "
        "experiments",
        rookery="400, as for no list",
        because="in a proto3 message the two are the same",
        says="Missing value for required parameter '(models|experiment_ids)'",
        steps=("outputs/models: an empty list", "searches/of logged models: of none"),
    ),
    Difference(
        mlflow="a GET without a query takes its parameters from a JSON body",
        rookery="from the query alone",
        because="bodies of GET get lost in proxies, and no client sends them",
        says="Missing value for required parameter 'run_id'",
        steps=("http/queries: a body instead",),
    ),
    Difference(
        mlflow="the id in the path of a logged model must be repeated in the body",
        rookery="may be",
        because="the path says it",
        status=(200,),
        steps=(
            "models/finalising: no id in the body",
            "models/params: no id in the body",
            "models/params: in the end",
        ),
    ),
    Difference(
        mlflow="a run created without an experiment is refused with the words of the database",
        rookery="goes to the experiment 0",
        because="that is what MLflow means to do (it does where the database lets it)",
        status=(200,),
        says='"experiment_id": "0"',
        steps=(
            "runs/made and read: in no experiment",
            "runs/made and read: in an empty experiment",
            "values/of runs: runs/create experiment_id: null",
            "values/of runs: runs/create experiment_id: empty text",
        ),
    ),
    Difference(
        mlflow="a tag or param key twice in one request that creates something, a dataset's tag "
        "twice, a model that is an output already, a logged model's param again: refused with the "
        "words of the database",
        rookery="the last one counts; the same again changes nothing",
        because="so it is where MLflow looks itself, and a retry must not fail",
        status=(200,),
        steps=(
            "experiments/tags: a key twice at creation",
            "inputs/datasets: a tag key twice",
            "inputs/datasets: in the end",
            "models/made and read: with a param key twice",
            "models/made and read: with a tag twice",
            "models/params: the same again",
            "outputs/models: again",
            "outputs/models: at another step",
            "outputs/models: in the end",
            "runs/tags at creation: a key twice",
        ),
    ),
    Difference(
        mlflow="what the database refuses is answered with its words and the SQL",
        rookery="with a sentence",
        because="the SQL is nobody's business",
        says="already exists|Invalid experiment name|Create it first|was already logged",
        steps=(
            "experiments/renaming: to a name of blanks",
            "experiments/renaming: to a taken name",
            "metrics/batches: an unknown model",
            "models/metrics: unknown model",
            "models/params: another value",
        ),
    ),
    Difference(
        mlflow="what does not fit a column is stored on SQLite and refused by other databases",
        rookery="400 on both: registered model names past 256 characters, run tags' keys past 250",
        because="the answer must not depend on the database",
        says="exceeds the maximum length",
        steps=(
            "registered models/made and read: a name of 25*",
            "runs/tags at creation: key too long",
        ),
    ),
    Difference(
        mlflow="a tag's value that a run is created with is stored at any length",
        rookery="cut to 8000 characters, as in every other request",
        because="other databases than SQLite would refuse it",
        status=(200,),
        steps=("runs/tags at creation: a value of 8001",),
    ),
    Difference(
        mlflow="an experiment id past 64 bits: 500",
        rookery="400",
        because="clients retry 500",
        says="must be a valid integer",
        steps=("experiments/made and read: id beyond int64",),
    ),
    Difference(
        mlflow="an experiment's name may be blanks",
        rookery="400",
        because="newer MLflow refuses it, too",
        says="Invalid experiment name",
        steps=("experiments/names: of blanks",),
    ),
    Difference(
        mlflow="an artifact location may hold `?` or `..`",
        rookery="400",
        because="it becomes a part of paths",
        says="it may not hold",
        steps=("experiments/locations: with a query", "experiments/locations: going up"),
    ),
    Difference(
        mlflow="messages name environment variables that lift a limit or a ban",
        rookery="they do not",
        because="Rookery has no such variables",
        says="Invalid artifact path length|names the host",
        steps=(
            "experiments/locations: too long",
            "experiments/locations: on a host",
            "sources/*: http",
            "sources/*: https",
            "sources/*: ftp",
            "sources/*: hdfs",
            "sources/*: abfss",
            "sources/*: mlflow-artifacts on a host",
        ),
    ),
    Difference(
        mlflow="a version's source that is a local path: the message resolves it on the server",
        rookery="the source as it was sent; no local path is allowed",
        because="the server's folders are nobody's business",
        says="cannot point at a local path",
        steps=(
            "sources/*: local file",
            "sources/*: absolute path",
            "sources/*: relative path",
            "sources/*: relative path up",
            "sources/*: blank",
            "values/of the others: model-versions/create source: text",
            "values/of the others: model-versions/create source: numeric text",
        ),
    ),
    Difference(
        mlflow="a version's source with `..` and the like: a long message",
        rookery="a shorter one",
        because="same status and code",
        says="no relative parts",
        steps=(
            "sources/*: s3 going up",
            "sources/*: s3 going up, encoded",
            "sources/*: s3 going up, encoded twice",
            "sources/*: s3 without a path",
            "sources/*: NUL encoded",
            "sources/*: mlflow-artifacts going up",
            "sources/*: mlflow-artifacts going up, encoded",
            "sources/*: the run's artifacts, going up",
        ),
    ),
    Difference(
        mlflow="a version from a stage that holds none, archiving for the stages None and "
        "Archived: 500 INTERNAL_ERROR",
        rookery="404 RESOURCE_DOES_NOT_EXIST; 400 INVALID_PARAMETER_VALUE",
        because="clients retry 500",
        status=(400, 404),
        steps=(
            "sources/*: models by name and stage",
            "versions/stages: archiving for None",
            "versions/stages: archiving for Archived",
        ),
    ),
    Difference(
        mlflow="a key may end with a newline",
        rookery="400",
        because="in MLflow it is an oversight of a regular expression's `$`",
        says="Names may only contain",
        steps=("*/odd keys: trailing newline",),
    ),
    Difference(
        mlflow="(and that key is then listed)",
        rookery="it is not",
        because="as above",
        status=(200,),
        steps=("*/odd keys: in the end",),
    ),
    Difference(
        mlflow="metric order among equal timestamp and step puts NaN as if it were 0",
        rookery="NaN comes after the numbers",
        because="one order on both databases",
        status=(200,),
        says="NaN|next_page_token",
        steps=(
            "metrics/histories: with NaN",
            "metrics/histories: first page",
            "metrics/histories: second page",
            "metrics/histories: an empty token",
            "metrics/histories: page of all",
            "metrics/histories: max_results beyond the limit",
            "metrics/histories: max_results far beyond",
        ),
    ),
    Difference(
        mlflow="unknown route, wrong method: an HTML page; `Allow` lists OPTIONS",
        rookery="404, 405 with JSON; no CORS preflights are answered",
        because="same status, readable",
        status=(404, 405),
        steps=(
            "artifacts/put, read, list, delete: POST is not there",
            "http/hosts and origins: preflight of *",
            "http/routes and verbs: unknown *",
            "http/routes and verbs: preview",
            "http/routes and verbs: wrong major",
            "http/routes and verbs: trailing slash",
            "http/routes and verbs: double slash within",
            "http/routes and verbs: other case",
            "http/routes and verbs: GET of a POST",
            "http/routes and verbs: POST of a GET",
            "http/routes and verbs: PUT",
            "http/routes and verbs: PATCH",
            "http/routes and verbs: DELETE",
            "http/routes and verbs: OPTIONS",
            "http/routes and verbs: HEAD of a POST",
            "http/routes and verbs: an unknown verb",
            "http/own routes: health by POST",
            "searches/of registered models: by POST",
        ),
    ),
    Difference(
        mlflow="HEAD of a GET route under /api: 400; of /health: another type than GET",
        rookery="the answer to GET without its body",
        because="as HTTP says",
        status=(200,),
        steps=("http/routes and verbs: HEAD of a GET", "http/own routes: HEAD of health"),
    ),
    Difference(
        mlflow="`/version` is 3.17.2",
        rookery="3.3.2",
        because="clients would send traces to a server of 3.4 or later",
        status=(200,),
        says="3.3.2",
        steps=("http/own routes: version",),
    ),
    Difference(
        mlflow="`server-info` offers the AI gateway and presigned uploads",
        rookery="does not",
        because="Rookery has none of it, and clients then do not ask",
        status=(200,),
        says="SqlStore",
        steps=("http/own routes: server-info*",),
    ),
    Difference(
        mlflow="a foreign Host or Origin: 403 with plain text",
        rookery="403 with JSON that names the option",
        because="readable",
        status=(403,),
        says="possible DNS rebinding attack|Cross-origin request blocked",
        steps=(
            "http/hosts and origins: another host",
            "http/hosts and origins: write from another origin",
            "http/hosts and origins: write from null",
        ),
    ),
    Difference(
        mlflow="a public IP address as Host: 403",
        rookery="served",
        because="only names can be rebound, an address cannot",
        status=(200,),
        steps=("http/hosts and origins: a public address",),
    ),
    Difference(
        mlflow="a workspace in the header while workspaces are off: 500 FEATURE_DISABLED",
        rookery="`default` is served, others are 404",
        because="clients retry 500",
        status=(200, 404),
        steps=("http/hosts and origins: *workspace",),
    ),
    Difference(
        mlflow="PUT of an artifact answers an empty body",
        rookery="`{}`, as MLflow did before 3.16",
        because="older clients read JSON",
        status=(200,),
        says='"body": {}',
        steps=(
            "artifacts/put, read, list, delete: put",
            "artifacts/put, read, list, delete: overwrite",
            "artifacts/put, read, list, delete: empty",
            "artifacts/put, read, list, delete: binary",
            "artifacts/put, read, list, delete: deep",
            "artifacts/put, read, list, delete: with a type",
            "artifacts/ranges: put",
            "artifacts/types: put *",
            "artifacts/names: put blank",
            "artifacts/names: put *plus",
            "artifacts/names: put percent*",
            "artifacts/names: put not ASCII",
            "artifacts/names: put emoji",
            "artifacts/names: put quote",
            "artifacts/names: put apostrophe",
            "artifacts/names: put semicolon",
            "artifacts/names: put newline",
            "artifacts/names: put colon",
            "artifacts/names: put star",
            "artifacts/names: put tilde",
            "artifacts/names: put dots",
            "artifacts/names: put hidden",
            "artifacts/names: put ampersand",
            "artifacts/names: put equals",
            "artifacts/names: put at",
            "artifacts/paths that lead astray: a file",
            "artifacts/paths that lead astray: put question mark encoded",
            "views/*: put",
            "views/files of a run: put below",
            "views/files of a run: upload one",
        ),
    ),
    Difference(
        mlflow="paths of artifacts may hold `\\`, `//`, a leading `/` or the part `.`; they are "
        "read as another path",
        rookery="400 that says what to leave out",
        because="one file has one path",
        says="Invalid path: ",
        steps=(
            "artifacts/put, read, list, delete: up*",
            "artifacts/put, read, list, delete: absolute",
            "artifacts/put, read, list, delete: a folder with a slash",
            "artifacts/names: * backslash",
            "artifacts/paths that lead astray: * up*",
            "artifacts/paths that lead astray: * absolute*",
            "artifacts/paths that lead astray: * dot",
            "artifacts/paths that lead astray: * double slash",
            "artifacts/paths that lead astray: * number sign encoded",
            "artifacts/paths that lead astray: * drive",
            "artifacts/paths that lead astray: * file scheme",
            "views/files of a run: *going up",
            "views/files of a run: absolute",
            "views/files of a run: upload upwards",
            "views/files of a version: going up",
        ),
    ),
    Difference(
        mlflow='GET of a folder: 400 `{"detail": ..}`',
        rookery="400 in the form of the other errors",
        because="one form of errors",
        says="is a folder",
        steps=("artifacts/put, read, list, delete: a folder",),
    ),
    Difference(
        mlflow="a filter or an order that is none: the message has what was not understood",
        rookery="it has the place, too, and what was expected there",
        because="they tell what to do; the status and the code are the same",
        says=r"\(character \d+: expected",
        steps=(
            "searches/of *: a bad filter",
            "searches/of *: a bad order",
            "searches/of *: an unknown key",
        ),
    ),
    Difference(
        mlflow="an order that names a key twice: 500; files of a version without its number: 500",
        rookery="400",
        because="clients retry 500",
        says="contains duplicate fields|required parameter 'version'",
        steps=("searches/of runs: an order twice", "views/files of a version: of no version"),
    ),
    Difference(
        mlflow="registered-models/search and logged-models/search with max_results -1: nothing, "
        "and a token of a next page",
        rookery="400",
        because="whoever follows the tokens would never come to an end",
        says="It must be a positive integer",
        steps=(
            "searches/of registered models: max_results -1",
            "searches/of logged models: max_results -1",
        ),
    ),
    Difference(
        mlflow="registered-models/search with max_results 0: nothing, and a token of a next page",
        rookery="nothing, and no token",
        because="whoever follows the tokens would never come to an end",
        status=(200,),
        says='"body": {}',
        steps=("searches/of registered models: max_results 0",),
    ),
    Difference(
        mlflow="PUT of an artifact onto a folder or below a file: 500",
        rookery="400",
        because="clients retry 500",
        says="is a folder|lies below a file",
        steps=(
            "artifacts/put, read, list, delete: onto a folder",
            "artifacts/put, read, list, delete: below a file",
        ),
    ),
    Difference(
        mlflow="GET, PUT of an empty artifact path: 400",
        rookery="404: there is no such route",
        because="a path is at least one part",
        status=(404,),
        says="ENDPOINT_NOT_FOUND",
        steps=("artifacts/put, read, list, delete: * without a path",),
    ),
    Difference(
        mlflow="a file's name with a newline: 404",
        rookery="served",
        because="what was stored can be read",
        status=(200,),
        steps=("artifacts/names: read newline", "artifacts/names: remove newline"),
    ),
    Difference(
        mlflow="a listing is in an order of its own",
        rookery="in the order of the names' bytes",
        because="the same answer every time",
        status=(200,),
        says='"files"',
        steps=("artifacts/names: list them",),
    ),
    Difference(
        mlflow="names are decoded until nothing is left to decode; other alphabets are turned into "
        "Latin letters in the plain `filename`",
        rookery="decoded once; `_` stands for each such letter",
        because="every name can be read back; browsers take `filename*`",
        status=(200,),
        says="filename=",
        steps=(
            "artifacts/names: read percent that looks encoded",
            "artifacts/names: read not ASCII",
            "artifacts/names: read emoji",
        ),
    ),
    Difference(
        mlflow="Content-Type by the table of the machine where it runs",
        rookery="by a table of its own",
        because="the same answer everywhere",
        status=(200,),
        steps=(
            "artifacts/types: read a.sh",
            "artifacts/types: read a.c",
            "artifacts/types: read a.pt",
        ),
    ),
    Difference(
        mlflow="a Range that is none: 400; two ranges: multipart",
        rookery="the whole file",
        because="as HTTP says and allows",
        status=(200,),
        steps=(
            "artifacts/ranges: backwards",
            "artifacts/ranges: two ranges",
            "artifacts/ranges: another unit",
            "artifacts/ranges: nonsense",
        ),
    ),
    Difference(
        mlflow="416 with an empty body",
        rookery="416 with JSON",
        because="readable",
        status=(416,),
        says="begins after the last byte",
        steps=("artifacts/ranges: past the end", "artifacts/ranges: empty last"),
    ),
]

# What is not there yet: the entry goes when the call comes.
MISSING = [
    Difference(
        mlflow="multipart uploads and presigned URLs: 501, or 400 for a bad request",
        rookery="404 ENDPOINT_NOT_FOUND",
        because="not there yet",
        status=(404,),
        says="ENDPOINT_NOT_FOUND",
        steps=(
            "artifacts/put, read, list, delete: multipart create",
            "artifacts/put, read, list, delete: presigned",
        ),
    ),
]

# Searches of rules.py that find something else or are refused by one of the two: (kind, filter,
# order) and why.
SEARCH_DIFFERENCES = {
    ("runs", "metrics. > 0", ()): "a key that is empty is refused; MLflow looks for it",
    **{
        ("logged_models", query, ()): "a status is found by its word; MLflow 3.17 compares the "
        "word with a number, 3.18 does as Rookery"
        for query in (
            "status = 'READY'",
            "status != 'READY'",
            "status = 'PENDING'",
            "status = 'UPLOAD_FAILED'",
            "status IN ('READY', 'PENDING')",
        )
    },
    **{
        ("logged_models", query, ()): "double quotes are quotes, as in every other search; MLflow "
        "takes them for a part of the text or key"
        for query in ('name = "Model"', "attributes.\"name\" = 'Model'")
    },
    ("logged_models", "name IN ()", ()): "an empty list is refused, as in every other search; "
    "MLflow finds nothing",
    **{
        ("logged_models", query, ()): "a time has the same names with `attributes.` and in "
        "backticks; MLflow then refuses it"
        for query in ("attributes.creation_timestamp != 0", "`creation_timestamp` > 0")
    },
    **{
        ("logged_models", query, ()): "NaN is kept; MLflow stores 0 for a logged model's NaN"
        for query in ("metrics.nan = 0", "metrics.nan != 0")
    },
}


def steps_of(differences):
    """The differences by the names of the steps that they list."""
    listed = {}
    for difference in differences:
        for pattern in difference.steps:
            names = [
                f"{each.name}: {step.label}"
                for each in SCENARIOS
                for step in each.steps
                if fnmatchcase(f"{each.name}: {step.label}", pattern)
            ]
            assert names, f"no step is called {pattern}"
            for name in names:
                # The first entry that fits: a pattern may then be wider than its own steps.
                listed.setdefault(name, difference)
    return listed
