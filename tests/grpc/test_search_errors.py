"""Searches that are refused over gRPC: INVALID_ARGUMENT, MLflow's words and the place."""

import pytest

from tests.grpc.searching import EVERY_KIND, KINDS, LoggedModels, refusal

VALID_KEYS = {
    "Runs": "Valid keys are '{'run_id', 'run_name', 'run name',",
    "Experiments": "Valid keys are '{'name', 'experiment_id',",
    "LoggedModels": "Valid keys are '{'name', 'model_id', 'model_type',",
    "RegisteredModels": "Valid keys are '{'name'}'",
    "ModelVersions": "Valid keys are '{'name', 'run_id', 'source_path', 'version_number'}'",
}
# Absent: a page never has more than 10,000, however many are asked for.
MOST_RESULTS = {
    "Runs": 50_000,
    "Experiments": 50_000,
    "RegisteredModels": 1000,
    "ModelVersions": 200_000,
}


@EVERY_KIND
@pytest.mark.parametrize(
    ("filter_", "words", "place"),
    [
        ("tags.a = 'ä' AND foo = 'a'", "Invalid attribute key 'foo' specified. {valid}", 18),
        ("bogus.a = 'x'", "Invalid entity type 'bogus'.", 1),
        ("tags.a = 'a' OR tags.a = 'b'", "Invalid clause(s) in filter string: 'OR'", 14),
        ("(tags.a = 'a')", "Invalid clause(s) in filter string: '('", 1),
        ("tags.a =", "Invalid clause(s) in filter string: 'tags.a'", 9),
        ("tags.a == 'a'", "Invalid comparator '=='", 8),
        ("tags.a > 'a'", "Invalid comparator '>'", 8),
        ("tags.a = b", "Parameter value is either not quoted", 10),
        (" ", "Invalid filter ' '. Could not be parsed.", 1),
    ],
)
def test_a_bad_filter_is_refused_with_mlflows_words_and_the_place(
    make, kind, filter_, words, place
):
    details = refusal(make(kind).search, filter=filter_)
    assert details.startswith(words.format(valid=VALID_KEYS[kind.__name__])), details
    assert f" (character {place}: expected " in details


@EVERY_KIND
def test_a_filter_of_too_many_clauses_is_refused(make, kind):
    some = make(kind)
    some.add("a")
    assert some.names(" AND ".join(["tags.b != 'a'"] * 99)) == []
    details = refusal(some.search, filter=" AND ".join(["tags.a = 'a'"] * 101))
    assert "more than 100 clauses. (character 1701: expected the end)" in details


@EVERY_KIND
def test_a_bad_order_is_refused_with_mlflows_words_and_the_place(make, kind):
    some = make(kind)
    if kind is LoggedModels:
        # Its order is an object: there is no text to point into.
        assert refusal(some.search, order_by=[some.order("foo")]) == (
            "Invalid order by field name: foo"
        )
        words = "Invalid order by field name: params.a. Only metrics are supported."
        assert refusal(some.search, order_by=[some.order("params.a")]) == words
        return
    key, after = some.key, len(some.key) + 2
    for item, words, place in [
        ("foo", "Invalid attribute key 'foo' specified. Valid keys are '{", 1),
        ("bogus.a", "Invalid entity type 'bogus'.", 1),
        (f"{key} UP", f"Invalid ordering key in order_by clause '{key} UP'.", after),
        (f"{key} DESC a", f"Invalid order_by clause '{key} DESC a'. Could not", after + 5),
        ("", "Invalid order_by clause ''. Could not be parsed.", 1),
    ]:
        details = refusal(some.search, order_by=[item])
        assert details.startswith(words), details
        assert f" (character {place}: expected " in details


@EVERY_KIND
def test_a_page_token_of_nowhere_or_elsewhere_is_refused(make, kind):
    some, others = make(kind), make(KINDS[(KINDS.index(kind) + 1) % len(KINDS)])
    for each in (some, others):
        for name in "ab":
            each.add(name)
    _, token = some.found(max_results=1)
    _, elsewhere = others.found(max_results=1)
    for bad, words in [
        ("?", "could not base64-decode"),
        ("AAAA", "decoded value=b'\\x00\\x00\\x00'"),
        (token[:8], "decoded value=b'"),
        (elsewhere, "it belongs to another search"),
    ]:
        details = refusal(some.found, page_token=bad)
        assert details.startswith(f"Invalid page token, {words}"), details
    details = refusal(some.found, page_token=token, order_by=[f"{some.key} DESC"])
    assert details.startswith("Invalid page token, it belongs to another search")
    assert some.names(page_token=token) == ["b"]


@EVERY_KIND
def test_max_results_has_its_limits(make, kind):
    some, most = make(kind), MOST_RESULTS.get(kind.__name__)
    details = refusal(some.search, max_results=-1)
    assert "max_results" in details
    assert "It must be a positive integer" in details
    some.add("a")
    assert some.names(max_results=most or 2**31 - 1) == ["a"]
    if most:
        assert f"It must be at most {most}" in refusal(some.search, max_results=most + 1)
