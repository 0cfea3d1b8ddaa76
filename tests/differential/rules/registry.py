"""Registered models and their versions."""

from tests.differential.rules.rule import Rule

RULES = [
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
]
