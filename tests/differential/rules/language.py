"""The language itself, shown with runs: clauses, keys, operators, texts, orders."""

from tests.differential.rules.rule import Rule

RULES = [
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
]
