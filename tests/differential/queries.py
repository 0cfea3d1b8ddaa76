"""Filters and orders over dataset.py's objects: mostly right ones, some wrong."""

import re

from hypothesis import strategies as st

from tests.differential import dataset

NUMBER_OPERATORS = ["=", "!=", "<", "<=", ">", ">="]
TEXT_OPERATORS = ["=", "!=", "LIKE", "ILIKE"]
ALL_OPERATORS = [
    *NUMBER_OPERATORS,
    "LIKE",
    "ILIKE",
    "like",
    "IN",
    "NOT IN",
    "==",
    "<>",
    "~",
    "RLIKE",
]
BARE = re.compile(r"[A-Za-z][\w.]*")
NUMBERS = ["0", "1", "-1.5", "0.1", ".5", "1e3", "1e308", "-1e308", "9007199254740992", "5.", "-0"]
TIMES = ["0", "1000", "1005", "1011.5", "2003", "99999999999999", "-1"]
# Fit all ids or one that is known: what fits others is for chance to say.
ID_LIKES = ["%", "{{r03}}", "%{{r03}}%", "{{m1}}%", "q-%", ""]
LIKES = ["%", "a%", "%A%", "_", "a_b", "a\\_b", "%'%", "%ü%", "q-%", "Q-%", "r0%", "%e", ""]
RUN_NAMES = ["r00", "r03", "R03", "r1%", "q-Alpha", "q-alpha", "q-a_b", "Model", "model", "none"]


class Kind:
    """What can be searched of one kind of object. A key is (prefixes, names, type): a prefix may be
    empty; types are `number`, `time`, `alias` (a time that is never quoted), `text`, `version`,
    `list` (a text that takes IN as well), `id` (a list of which any two servers have their own)."""

    def __init__(self, keys, orders, bad_orders, *, null=False, lax=False):
        self.keys = keys
        self.orders = orders
        self.bad_orders = bad_orders
        # Whether params and tags take IS NULL.
        self.null = null
        # MLflow's parser of these takes much that is malformed for a text or a key, double quotes
        # included: no such filters are made, rules/ tells what is refused.
        self.lax = lax


TEXT_TYPES = ["text", "list", "id"]
# Keys without a prefix that are texts.
ATTRIBUTES = ["attr", "run", "status", "user_id", "artifact_uri", "`run", '"run', "name", "source"]
ATTRIBUTE = ["attributes.", "attribute.", "attr.", "run.", ""]
KINDS = {
    "runs": Kind(
        [
            (["metrics.", "metric."], dataset.METRIC_KEYS, "number"),
            (["params.", "param.", "parameter.", "parameters."], dataset.PARAM_KEYS, "text"),
            (["tags.", "tag."], [*dataset.TAG_KEYS, "mlflow.runName"], "text"),
            (ATTRIBUTE, ["run_id"], "id"),
            (ATTRIBUTE, ["run_name", "run name", "status", "user_id", "artifact_uri"], "text"),
            (ATTRIBUTE, ["start_time", "created", "end_time"], "time"),
            (["datasets.", "dataset."], ["name", "digest", "context"], "list"),
        ],
        [
            *(f"metrics.{key}" for key in ("m", "M", "`a b`", "`x/y`", "none")),
            *(f"params.{key}" for key in ("p", "`odd key`", '"p/q"')),
            *(f"tags.{key}" for key in ("t", "`odd key`", "`mlflow.runName`")),
            *("start_time", "attributes.end_time", "run_name", "attributes.status", "user_id"),
            *("attribute.run_name", "created", "attr.`run_name`"),
        ],
        ["foo", "datasets.name", "m", "metrics.m ASC", ""],
        null=True,
    ),
    "experiments": Kind(
        [
            (["attributes.", "attribute.", ""], ["name"], "text"),
            (["attributes.", ""], ["creation_time", "last_update_time"], "time"),
            (["tags.", "tag."], dataset.TAG_KEYS, "text"),
        ],
        ["name", "experiment_id", "creation_time", "attributes.name", "last_update_time"],
        ["tags.t", "foo", ""],
        null=True,
    ),
    "registered_models": Kind(
        [([""], ["name"], "text"), (["tags.", "tag."], dataset.TAG_KEYS, "text")],
        ["name", "timestamp", "last_updated_timestamp"],
        ["creation_timestamp", "tags.t", "foo"],
    ),
    "versions": Kind(
        [
            ([""], ["name", "source_path"], "text"),
            ([""], ["run_id"], "id"),
            ([""], ["version_number"], "version"),
            (["tags.", "tag."], dataset.TAG_KEYS, "text"),
        ],
        ["name", "version_number", "creation_timestamp", "last_updated_timestamp"],
        ["run_id", "tags.t", "foo"],
    ),
    "logged_models": Kind(
        [
            # SEARCH_DIFFERENCES tells of `status`, and of times in backticks or with a prefix.
            (["attributes.", ""], ["name", "model_type"], "list"),
            (["attributes.", ""], ["model_id", "source_run_id", "experiment_id"], "id"),
            ([""], ["creation_timestamp", "creation_time", "last_updated_timestamp"], "alias"),
            (["metrics.", "metric."], dataset.METRIC_KEYS, "number"),
            (["params.", "param."], dataset.PARAM_KEYS, "text"),
            (["tags.", "tag."], dataset.TAG_KEYS, "text"),
        ],
        ["name", "metrics.m", "metrics.M", "creation_timestamp", "status", "model_type"],
        ["params.p", "attributes.name", "foo"],
        lax=True,
    ),
}


def searches(kind):
    """Pairs of a filter and a tuple of order items."""
    return st.tuples(filters(KINDS[kind]), orders(KINDS[kind]))


@st.composite
def filters(draw, kind):
    clauses = draw(st.lists(_clause(kind), min_size=0, max_size=3))
    join = draw(st.sampled_from([" AND ", " AND ", " and ", " And ", "  AND\t"]))
    if _wrong(draw, kind):
        join = draw(st.sampled_from([" AND AND ", " OR ", " ", " , "]))
    text = join.join(clauses)
    if text and _wrong(draw, kind):
        # A character is lost or doubled.
        at = draw(st.integers(0, len(text) - 1))
        text = text[:at] + text[at] * draw(st.sampled_from([0, 2])) + text[at + 1 :]
    return text


@st.composite
def orders(draw, kind):
    if _seldom(draw):
        items = draw(st.lists(st.sampled_from(kind.orders + kind.bad_orders), max_size=3))
    else:
        items = draw(st.lists(st.sampled_from(kind.orders), max_size=3, unique=True))
    directions = ["", " ASC", " DESC", " DESC"] + ([" desc", " UP"] if _seldom(draw) else [])
    return tuple(item + draw(st.sampled_from(directions)) for item in items)


def _seldom(draw):
    return draw(st.integers(0, 19)) == 11


def _wrong(draw, kind):
    """Whether to make something that is seldom right."""
    return not kind.lax and _seldom(draw)


@st.composite
def _clause(draw, kind):
    prefixes, names, type_ = draw(st.sampled_from(kind.keys))
    name = draw(st.sampled_from(names))
    left = draw(st.sampled_from(prefixes))
    left += name if type_ == "alias" else _quoted_key(draw, kind, name)
    null = kind.null and type_ == "text" and not left.startswith(tuple(ATTRIBUTES))
    if (null and draw(st.integers(0, 5)) == 3) or _wrong(draw, kind):
        return left + draw(st.sampled_from([" IS NULL", " IS NOT NULL", " is null"]))
    if _wrong(draw, kind):
        operator = draw(st.sampled_from(ALL_OPERATORS))
    elif type_ in TEXT_TYPES:
        operator = draw(
            st.sampled_from(TEXT_OPERATORS + (["IN", "NOT IN"] if type_ != "text" else []))
        )
    else:
        operator = draw(st.sampled_from(NUMBER_OPERATORS))
    blank = " " if operator[0].isalpha() else draw(st.sampled_from([" ", "", "  "]))
    return left + blank + operator + blank + _value(draw, kind, type_, operator)


def _quoted_key(draw, kind, name):
    if BARE.fullmatch(name) and draw(st.integers(0, 3)):
        return name
    quote = (
        "" if _wrong(draw, kind) else draw(st.sampled_from(["`"] if kind.lax else ["`", "`", '"']))
    )
    return quote + name + quote


def _value(draw, kind, type_, operator):
    wrong = _wrong(draw, kind)
    if operator in ("IN", "NOT IN"):
        items = [_text(draw, kind, type_, operator) for _ in range(draw(st.integers(1, 3)))]
        return "(" + draw(st.sampled_from([", ", ","])).join(items) + ")"
    if (type_ in TEXT_TYPES) != wrong:
        return _text(draw, kind, type_, operator)
    if type_ in ("time", "alias"):
        return draw(st.sampled_from(TIMES))
    if type_ == "version":
        return draw(st.sampled_from(["1", "2", "3", "'1'", "0", "1.5"]))
    return draw(st.sampled_from(NUMBERS))


def _text(draw, kind, type_, operator):
    ids = [
        "{{r03}}",
        "{{r04}}",
        "{{m1}}",
        "{{e0}}",
        "READY",
        "FINISHED",
        "RUNNING",
        "PENDING",
        "me",
    ]
    datasets = [each for entry in dataset.DATASETS for each in entry]
    likes = ID_LIKES if type_ == "id" else LIKES
    texts = likes if "LIKE" in operator.upper() else [*dataset.TEXTS, *RUN_NAMES, *ids, *datasets]
    text = draw(st.sampled_from(texts))
    if kind.lax:
        return "'" + text.replace("'", "") + "'"
    quote = '"' if "'" in text else "'"
    if quote not in text and '"' not in text and draw(st.booleans()):
        quote = '"'
    return quote + text + quote
