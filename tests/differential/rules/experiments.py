"""Experiments."""

from tests.differential.rules.rule import Rule

RULES = [
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
]
