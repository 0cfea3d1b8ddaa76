"""Logged models."""

from tests.differential.rules.rule import Rule

RULES = [
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
