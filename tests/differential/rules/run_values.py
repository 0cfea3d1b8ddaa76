"""Runs by what was logged: metrics, params, tags."""

from tests.differential.rules.rule import Rule

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
]
