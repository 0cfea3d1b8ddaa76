"""Runs by what they are and by their datasets."""

from tests.differential.rules.rule import Rule

RULES = [
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
]
