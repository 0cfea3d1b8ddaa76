"""The rules of the search language, each with filters that show it: (filter, order) of one search.

docs/compatibility.md prints the rules; test_rules.py asks both servers.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    kind: str  # of dataset.py's searches, a key of ROUTES
    words: str
    filters: tuple = ()
    orders: tuple = ()

    def searches(self):
        return [*((each, ()) for each in self.filters), *(("", each) for each in self.orders)]


ROUTES = {
    "runs": "/api/2.0/mlflow/runs/search",
    "experiments": "/api/2.0/mlflow/experiments/search",
    "registered_models": "/api/2.0/mlflow/registered-models/search",
    "versions": "/api/2.0/mlflow/model-versions/search",
    "logged_models": "/api/2.0/mlflow/logged-models/search",
}

RULES = [
    Rule(
        "runs",
        "`metric.k`, `metrics.k` compare with numbers by `= != > >= < <=`",
        (
            *("metrics.m > 0", "metric.m >= 1", "metrics.m < 0", "metrics.m <= -1.5"),
            *("metrics.m = 1", "metrics.m != 1", "metrics.loss.val > 0", "metrics.M = 0"),
            *(
                "metrics.m > -1",
                "metrics.m = .5",
                "metrics.m < 1e3",
                "metrics.m = 9007199254740992",
            ),
        ),
    ),
    Rule(
        "runs",
        "metrics take neither text, LIKE, IN nor IS NULL",
        (
            *("metrics.m = '1'", "metrics.m LIKE '1'", "metrics.m IN (1)", "metrics.m IS NULL"),
            *("metrics.m = one", "metrics.m = 0x10", "metrics.m = +2", "metrics.m ="),
        ),
    ),
    Rule(
        "runs",
        "NaN satisfies no comparison; the infinities compare as the largest doubles",
        (
            *("metrics.m >= -1e308", "metrics.m <= 1.7976931348623157e308", "metrics.m != 0"),
            *("metrics.m > 1e308", "metrics.m < -1e308", "metrics.m = 1.7976931348623157e308"),
        ),
    ),
    Rule(
        "runs",
        "`param.k`, `params.k`, `parameter.k`, `parameters.k` compare with quoted text by "
        "`= != LIKE ILIKE`",
        (
            *(
                "params.p = 'a'",
                "param.p != 'a'",
                "parameter.p LIKE 'a%'",
                "parameters.p ILIKE 'A%'",
            ),
            *('params.p = "a"', "params.p = ''", "params.P = 'a'", 'params.`p/q` = "it\'s"'),
        ),
    ),
    Rule(
        "runs",
        "a param's value must be quoted; `< > IN` are refused",
        ("params.p = 1", "params.p > 'a'", "params.p IN ('a')", "params.p = a"),
    ),
    Rule(
        "runs",
        "`tag.k`, `tags.k` compare with quoted text by `= != LIKE ILIKE`",
        (
            *("tags.t = 'a'", "tag.t != 'a'", "tags.t LIKE '%a%'", "tags.t ILIKE '%A%'"),
            *(
                "tags.`mlflow.runName` = 'r03'",
                "tags.mlflow.runName = 'r03'",
                "tags.t = 5",
                "tags.t > 'a'",
            ),
        ),
    ),
    Rule(
        "runs",
        "`!=` finds only runs that have the key",
        ("metrics.none != 1", "params.none != 'a'", "tags.none != 'a'", "params.p != 'none'"),
    ),
    Rule(
        "runs",
        "`IS NULL`, `IS NOT NULL` of params and tags",
        (
            *("params.p IS NULL", "params.p IS NOT NULL", "tags.t IS NULL", "tags.t is not null"),
            *(
                "tags.none IS NULL",
                "params.`odd key` IS NULL AND tags.t IS NOT NULL",
                "tags.t IS 'a'",
            ),
            *("tags.t NULL", "tags.t IS NOT", "attributes.user_id IS NULL", "status IS NOT NULL"),
        ),
    ),
    Rule(
        "runs",
        "attributes with the prefix `attribute`, `attributes`, `attr`, `run` or none: `run_id`, "
        "`run_name`, `status`, `artifact_uri`, `user_id`",
        (
            *("attributes.run_name = 'r03'", "attribute.run_name = 'r03'", "attr.run_name = 'r03'"),
            *(
                "run.run_name = 'r03'",
                "run_name = 'r03'",
                "run_name LIKE 'r0%'",
                "run_name ILIKE 'R0%'",
            ),
            *(
                "`run name` = 'r03'",
                "\"run name\" = 'r03'",
                "status = 'FINISHED'",
                "status != 'FINISHED'",
            ),
            *(
                "status LIKE 'F%'",
                "user_id = 'me'",
                "user_id ILIKE 'me'",
                "artifact_uri LIKE '%{{r03}}%'",
            ),
            *(
                "run_id = '{{r03}}'",
                "run_id != '{{r03}}'",
                "run_id LIKE '{{r03}}'",
                "status = 'finished'",
            ),
            *("Run Name = 'r03'", "`Run name` = 'r03'", "attributes.`Run Name` = 'r03'"),
        ),
    ),
    Rule(
        "runs",
        "`run_id` also takes `IN`, `NOT IN`; no other attribute does",
        (
            *(
                "run_id IN ('{{r03}}', '{{r04}}')",
                "run_id NOT IN ('{{r03}}')",
                "attributes.run_id IN ('x')",
            ),
            *(
                "run_id in ('{{r03}}',\"{{r05}}\")",
                "run_id IN ()",
                "run_id IN '{{r03}}'",
                "run_id IN ('a'",
            ),
            *("status IN ('RUNNING')", "run_name IN ('r03')", "run_id IN (1)"),
        ),
    ),
    Rule(
        "runs",
        "`start_time` (`created`), `end_time` compare with unquoted numbers",
        (
            *(
                "start_time > 1005",
                "attributes.start_time <= 1005",
                "created = 1007",
                "end_time > 2010",
            ),
            *(
                "end_time != 2003",
                "start_time = '1007'",
                "start_time LIKE '1%'",
                "start_time > 1005.5",
            ),
            *("Created > 1", "attributes.created >= 1020", "end_time < 99999999999999"),
        ),
    ),
    Rule(
        "runs",
        "`dataset(s).name`, `.digest`, `.context` compare by `= != LIKE ILIKE IN NOT IN`",
        (
            *("dataset.name = 'train'", "datasets.name = 'TRAIN'", "dataset.name LIKE 'tr%'"),
            *("dataset.name ILIKE 'tr%'", "dataset.digest = 'd1'", "dataset.context = 'training'"),
            *(
                "dataset.name IN ('train', 'none')",
                "dataset.digest NOT IN ('d1')",
                "dataset.context != 'a b'",
            ),
            *(
                'datasets.name = "it\'s"',
                "dataset.foo = 'a'",
                "dataset.name > 'a'",
                "dataset.name = 5",
            ),
        ),
    ),
    Rule(
        "runs",
        "`dataset.name != 'd'` finds runs that have some other dataset; two clauses may be met by "
        "different inputs",
        (
            "dataset.name != 'train'",
            "dataset.name = 'train' AND dataset.digest = 'd2'",
            "dataset.name = 'train' AND dataset.context = 'eval'",
            "dataset.name = 'train' AND dataset.name = 'TRAIN'",
        ),
    ),
    Rule(
        "runs",
        "clauses are joined by AND in any case; OR, NOT, parentheses and BETWEEN are refused",
        (
            *(
                "metrics.m > 0 AND params.p = 'a'",
                "metrics.m > 0 and tags.t != 'a' And status = 'FAILED'",
            ),
            *("metrics.m > 0 OR metrics.m < 0", "NOT metrics.m > 0", "(metrics.m > 0)"),
            *(
                "metrics.m BETWEEN 0 AND 1",
                "params.p = 'x AND y'",
                "params.p = 'x AND y' AND metrics.m > 0",
            ),
        ),
    ),
    Rule(
        "runs",
        "AND may lead, trail, be doubled or be left out; blanks alone are refused",
        (
            *("AND metrics.m > 0", "metrics.m > 0 AND", "metrics.m > 0 AND AND tags.t != 'a'"),
            *("metrics.m > 0 tags.t != 'a'", "", " ", "AND", "  metrics.m > 0  "),
        ),
    ),
    Rule(
        "runs",
        "keys: bare with dots, in backticks, in double or single quotes",
        (
            *("metrics.`a b` > 0", 'metrics."a b" > 0', "metrics.'a b' > 0", "metrics.a b > 0"),
            *(
                "metrics.`x/y` > 0",
                "metrics.x/y > 0",
                "metrics.loss.val >= 0",
                "metrics.`loss.val` >= 0",
            ),
            *(
                "metrics.m-1 > 0",
                "metrics.`m-1` > 0",
                "params.`odd key` = 'a'",
                "tags.\"t/u\" = 'a'",
            ),
            *("metrics.`` > 0", "metrics. > 0", "metrics > 0", ".m > 0"),
        ),
    ),
    Rule(
        "runs",
        "prefixes and attributes are exact, unknown ones are refused",
        (
            *(
                "METRICS.m > 0",
                "Params.p = 'a'",
                "bogus.m > 0",
                "foo = 'a'",
                "attributes.foo = 'a'",
            ),
            *("STATUS = 'FINISHED'", "metrics.m.m > 0", "attributes.RUN_ID = 'a'"),
        ),
    ),
    Rule(
        "runs",
        "`==`, `<>`, `~`, RLIKE are refused",
        (
            "metrics.m == 0",
            "metrics.m <> 0",
            "params.p ~ 'a'",
            "params.p RLIKE 'a'",
            "params.p == 'a'",
        ),
    ),
    Rule(
        "runs",
        "LIKE minds case, ILIKE does not; `%` and `_` are wild, there is no escape",
        (
            *(
                "params.p LIKE 'A'",
                "params.p ILIKE 'A'",
                "params.p LIKE 'a_b'",
                "params.p LIKE '%'",
            ),
            *(
                "params.p LIKE 'a\\_b'",
                "params.p LIKE 'a\\%b'",
                "tags.t LIKE ''",
                "tags.t LIKE '_'",
            ),
            *("tags.t ILIKE '%SAY%'", "params.p LIKE 'back\\slash'", "tags.t LIKE '%''%'"),
        ),
    ),
    Rule(
        "runs",
        "text in single or double quotes; a quote of the other kind may stand within",
        (
            *(
                'params.p = "it\'s"',
                "params.p = 'say \"hi\"'",
                "params.p = 'it''s'",
                "params.p = 'it\\'s'",
            ),
            *(
                "params.p = `a`",
                "params.p = 'a",
                "params.p = a'",
                "params.p = ''''",
                "tags.t = '漢字'",
            ),
        ),
    ),
    Rule(
        "runs",
        "order by metric, param, tag or attribute, `ASC` or `DESC`; missing values last both "
        "ways, NaN after numbers and before missing",
        orders=(
            *(("metrics.m",), ("metrics.m ASC",), ("metrics.m DESC",), ("metrics.`a b` DESC",)),
            *(("params.p",), ("params.p DESC",), ("tags.t",), ("tags.`odd key` DESC",)),
            *(("start_time",), ("attributes.start_time DESC",), ("end_time",), ("end_time DESC",)),
            *(
                ("run_name",),
                ("status",),
                ("status DESC", "run_name"),
                ("user_id", "start_time ASC"),
            ),
            *(("metrics.none",), ("params.P", "metrics.m DESC"), ()),
        ),
    ),
    Rule(
        "runs",
        "an item of an order is a key, or a key and ASC or DESC, in any case; duplicates, "
        "datasets and anything else are refused",
        orders=(
            *(("metrics.m desc",), ("metrics.m   DESC",), ("metrics.m UP",), (" metrics.m",)),
            *(
                ("metrics.m ",),
                ("metrics.m, params.p",),
                ("metrics.m", "metrics.m"),
                ("datasets.name",),
            ),
            *(("foo",), ("",), ("metrics.m ASC DESC",), ("metrics.m", "metrics.m DESC"), ("m",)),
        ),
    ),
    Rule(
        "experiments",
        "`name` by `= != LIKE ILIKE`, also as `attribute(s).name`",
        (
            *("name = 'q-Alpha'", "attributes.name = 'q-Alpha'", "attribute.name != 'q-Alpha'"),
            *("name LIKE 'q-a%'", "name ILIKE 'Q-A%'", "name LIKE 'q-a_b'", 'name = "q-it\'s"'),
            *("name IN ('q-Alpha')", "name > 'a'", "name IS NULL", "name = 5"),
        ),
    ),
    Rule(
        "experiments",
        "`creation_time`, `last_update_time` compare with numbers",
        (
            *(
                "creation_time > 0",
                "last_update_time > 99999999999999",
                "attributes.creation_time >= 1",
            ),
            *(
                "creation_time = 'a'",
                "creation_time LIKE '1'",
                "start_time > 1",
                "experiment_id = '0'",
            ),
        ),
    ),
    Rule(
        "experiments",
        "`tag(s).k` by `= != LIKE ILIKE`, `IS [NOT] NULL`",
        (
            *("tags.t = 'A'", "tag.t != 'a'", "tags.`odd key` LIKE 'a%'", "tags.t ILIKE 'A%'"),
            *(
                "tags.t IS NULL",
                "tags.`t/u` IS NOT NULL",
                "tags.`mlflow.experiment.isGateway` IS NULL",
            ),
            *("tags.t = 5", "tags.t > 'a'", "params.p = 'a'", "metrics.m > 1"),
        ),
    ),
    Rule(
        "experiments",
        "order by `name`, `experiment_id`, `creation_time`, `last_update_time`; newest first by "
        "default",
        orders=(
            *((), ("name",), ("name DESC",), ("experiment_id",), ("experiment_id DESC",)),
            *(
                ("attributes.name ASC",),
                ("name", "name"),
                ("tags.t",),
                ("foo",),
                ("creation_time UP",),
            ),
        ),
    ),
    Rule(
        "registered_models",
        "`name`, `tag(s).k` by `= != LIKE ILIKE`; `name IN`",
        (
            *("name = 'q-Alpha'", "name != 'q-Alpha'", "name LIKE 'q-a%'", "name ILIKE 'Q-A%'"),
            *(
                "name IN ('q-Alpha', 'q-a b')",
                "tags.t = 'A'",
                "tag.t != 'a'",
                "tags.`odd key` LIKE '%a%'",
            ),
            *("tags.t ILIKE 'A%' AND name LIKE 'q-%'", 'name = "q-it\'s"', "tags.none = 'a'"),
        ),
    ),
    Rule(
        "registered_models",
        "IS NULL, numbers, other keys and prefixes are refused",
        (
            *(
                "tags.t IS NULL",
                "name IS NOT NULL",
                "name = 5",
                "name > 'a'",
                "foo = 'a'",
                "params.p = 'a'",
            ),
            *(
                "attribute.name = 'q-Alpha'",
                "attributes.name = 'q-Alpha'",
                "name NOT IN ('a')",
                "name IN ()",
                "run_id = 'x'",
            ),
        ),
    ),
    Rule(
        "registered_models",
        "order by `name`, `timestamp`, `last_updated_timestamp`",
        orders=(
            *((), ("name",), ("name DESC",), ("name desc",), ("timestamp DESC", "name"), ("foo",)),
            *(("creation_timestamp",), ("tags.t",), ("name UP",), ("name", "name")),
        ),
    ),
    Rule(
        "versions",
        "`name`, `run_id`, `source_path`, `tag(s).k` by `= != LIKE ILIKE`; `run_id IN`, `name IN`",
        (
            *(
                "name = 'q-Alpha'",
                "name LIKE 'q-a%'",
                "name ILIKE 'Q-A%'",
                "name != 'q-Alpha' AND name LIKE 'q-%'",
            ),
            *(
                "run_id = '{{r01}}'",
                "run_id = ''",
                "run_id IN ('{{r01}}', '{{r02}}')",
                "name IN ('q-alpha')",
            ),
            *("source_path = 's3://bucket/path/1'", "source_path LIKE '%/Path/%'", "tags.t = 'a'"),
            *("tags.t LIKE 'a%' AND name = 'q-alpha'", "tags.`t/u` ILIKE 'A%'"),
        ),
    ),
    Rule(
        "versions",
        "`version_number` compares with numbers, quoted or not",
        (
            *(
                "version_number = 1 AND name LIKE 'q-%'",
                "version_number > 1",
                "version_number >= '2'",
            ),
            *(
                "version_number != 1",
                "version_number < 3 AND name = 'q-a_b'",
                "version_number = 'a'",
            ),
            *("version_number LIKE '1'", "version_number = 1.5"),
        ),
    ),
    Rule(
        "versions",
        "IS NULL and other keys are refused",
        (
            *(
                "tags.t IS NULL",
                "run_id IS NULL",
                "foo = 'a'",
                "current_stage = 'None'",
                "name = 5",
            ),
            *(
                "attributes.name = 'q-Alpha'",
                "name > 'a'",
                "source_path IN ('a')",
                "run_id NOT IN ('x')",
                "run_id IN ()",
            ),
        ),
    ),
    Rule(
        "versions",
        "order by `name`, `version_number`, `creation_timestamp`, `last_updated_timestamp`",
        orders=(
            *(
                ("name",),
                ("name DESC", "version_number"),
                ("version_number DESC", "name"),
                ("foo",),
            ),
            *(("run_id",), ("name", "name"), ("version_number UP",)),
        ),
    ),
    Rule(
        "logged_models",
        "attributes, bare or with `attributes.`: text by `= != LIKE ILIKE IN NOT IN`",
        (
            *("name = 'Model'", "attributes.name = 'Model'", "name != 'Model'", "name LIKE 'mo%'"),
            *("name ILIKE 'MO%'", "name IN ('Model', 'a b')", "attributes.name NOT IN ('Model')"),
            *(
                "name IN ()",
                'name = "Model"',
                "attributes.\"name\" = 'Model'",
                "model_id = '{{m1}}'",
                "model_id IN ('{{m1}}', '{{m2}}')",
                "model_type = 'agent'",
            ),
            *(
                "model_type ILIKE 'agent'",
                "experiment_id = '{{e0}}'",
                "source_run_id = 'x'",
                "foo = 'a'",
            ),
        ),
    ),
    Rule(
        "logged_models",
        "`status` is `READY`, `PENDING` or `UPLOAD_FAILED`",
        (
            *(
                "status = 'READY'",
                "status != 'READY'",
                "status = 'PENDING'",
                "status = 'UPLOAD_FAILED'",
            ),
            *(
                "status IN ('READY', 'PENDING')",
                "status = 'LOGGED_MODEL_READY'",
                "status = 'ready'",
            ),
        ),
    ),
    Rule(
        "logged_models",
        "`creation_timestamp`, `creation_time`, `last_updated_timestamp` compare with numbers",
        (
            *("creation_timestamp > 0", "creation_time < 1", "last_updated_timestamp >= 1"),
            *(
                "attributes.creation_timestamp != 0",
                "`creation_timestamp` > 0",
                "creation_timestamp = 'a'",
                "creation_time LIKE '1'",
            ),
        ),
    ),
    Rule(
        "logged_models",
        "`metrics.k` compare with numbers, `params.k`, `tags.k` with text",
        (
            *(
                "metrics.m > 0",
                "metrics.m <= 0",
                "metrics.`a b` != 0",
                "metrics.nan = 0",
                "metrics.nan != 0",
                "params.p = 'a'",
                "params.p != 'a'",
            ),
            *("params.p LIKE 'a%'", "tags.t = 'a'", "tags.t ILIKE 'A'", "tags.`odd key` != 'a'"),
            *(
                "metrics.m = '1'",
                "params.p IN ('a', 'A')",
                "tags.t NOT IN ('a')",
                "tags.t IS NULL",
                "params.p = 5",
            ),
            *("metrics.m > 0 AND params.p != 'none' AND name LIKE 'm%'", "metrics.none > 0"),
        ),
    ),
    Rule(
        "logged_models",
        "order by a bare attribute or `metrics.k`",
        orders=(
            *(("name", "model_type"), ("metrics.m",), ("metrics.m DESC",), ("creation_timestamp",)),
            *(("creation_timestamp DESC",), ("attributes.name",), ("params.p",), ("foo",), ()),
        ),
    ),
]
