"""What a careless or hostile client sends over plain HTTP, and that nothing of it is kept."""

import json
import re

import pytest

from tests.support.backends import SETUPS, serving
from tests.support.raw import API, ARTIFACTS, Client, send_bytes

JSON = {"Content-Type": "application/json"}
MIB = 1 << 20
# The words of a database, of its drivers or of the machine.
INTERNALS = re.compile(
    rb"SELECT |INSERT |UPDATE .* SET|schema_versions|sqlite|pqxx|psql|postgres|SQLSTATE|constraint"
    rb"|/tmp/|/root|/home|\.cc:|\.sql",
    re.IGNORECASE,
)


class Guarded(Client):
    """Holds every answer against what none may show; `secrets` are further texts of that kind."""

    def __init__(self, url, *secrets):
        super().__init__(url)
        self._secrets = [secret.encode() for secret in secrets]

    def ask(self, method, path, body=None, headers=None):
        answer = super().ask(method, path, body, headers)
        if answer.status >= 400:
            # What the client said itself is no secret.
            said = answer.body.replace(path.partition("?")[0].encode(), b"")
            assert not INTERNALS.search(said), answer
            assert not any(secret in said for secret in self._secrets), answer
        return answer


@pytest.fixture(scope="module", params=SETUPS)
def server(request, tmp_path_factory):
    """One for all tests here: a server must stand many of these."""
    with serving(request.param, tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def client(server):
    with Guarded(server.url, str(server.folder), *server.secrets()) as guarded:
        yield guarded


@pytest.fixture
def run_id(client):
    return client.post("runs/create").json()["run"]["info"]["run_id"]


def refusal(answer):
    """The message of a 400 in MLflow's form."""
    assert answer.error() == (400, "INVALID_PARAMETER_VALUE"), answer
    return answer.json()["message"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"{", "Malformed JSON at byte 1"),
        (b'{"run_name": "a" "b"}', "Malformed JSON"),
        (b"[1]", "must be a JSON object"),
        (b"[" * 200_000, "must be a JSON object"),
        (b'{"x":' + b"[" * 200_000 + b"]" * 200_000 + b"}", "nested deeper"),
        (b'{"x":' + b'{"x":' * 200_000, "Malformed JSON"),
        (b'{"run_name": "a\xff"}', "not valid UTF-8"),
        (b'{"run_name": "\\ud800"}', "invalid escape"),
        (b'{"run_name": "a\\u0000b"}', "NUL"),
        (b'{"tags": [{"key": "k", "value": "\\u0000"}]}', "NUL"),
        (b'{"experiment_id": 0}', "Invalid value 0 for parameter 'experiment_id'"),
        (b'{"experiment_id": "abc"}', "Invalid experiment ID 'abc'."),
        (b'{"start_time": "soon"}', "start_time"),
        (b'{"start_time": 1e300}', "start_time"),
        (b'{"tags": 5}', "Invalid value 5 for parameter 'tags'"),
        (b'{"tags": [5]}', "tags"),
    ],
)
def test_a_bad_body_is_refused_with_its_reason(client, body, words):
    assert words in refusal(client.ask("POST", API + "runs/create", body, JSON))


@pytest.mark.parametrize("body", [b'"{\\"run_name\\": \\"r\\"}"', b'\xef\xbb\xbf{"run_name": "r"}'])
def test_json_within_a_string_and_after_a_byte_order_mark_is_read(client, body):
    answer = client.ask("POST", API + "runs/create", body, JSON)
    assert answer.json()["run"]["info"]["run_name"] == "r"


@pytest.mark.parametrize(
    ("rpc", "message", "missing"),
    [
        ("experiments/create", {}, "name"),
        ("runs/log-metric", {"key": "m", "timestamp": 1}, "value"),
        ("runs/log-batch", {"metrics": [{"key": "m", "value": 1}]}, "metrics[0].timestamp"),
        ("registered-models/create", {}, "name"),
        ("model-versions/create", {"name": "m"}, "source"),
    ],
)
def test_a_missing_field_is_named_in_mlflows_words(client, run_id, rpc, message, missing):
    assert refusal(client.post(rpc, run_id=run_id, **message)) == (
        f"Missing value for required parameter '{missing}'. "
        "See the API docs for more information about request parameters."
    )


def test_of_a_batch_with_one_bad_entry_nothing_is_stored(client, run_id):
    good = {"key": "good", "value": "1"}
    metric = {**good, "timestamp": 1}
    for bad in [
        {"metrics": [metric, {**metric, "key": "k" * 251}], "params": [good]},
        {"params": [good, {"key": "../k", "value": "1"}], "metrics": [metric]},
        {"tags": [good, {"key": "k", "value": "a\0b"}], "params": [good]},
        {"params": [good, good], "tags": [good]},
        {"metrics": [metric] * 1001, "tags": [good]},
    ]:
        refusal(client.post("runs/log-batch", run_id=run_id, **bad))
    data = client.get(f"{API}runs/get?run_id={run_id}").json()["run"]["data"]
    assert {"metrics", "params"}.isdisjoint(data)
    assert [tag["key"] for tag in data["tags"]] == ["mlflow.runName"]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("runs/get?run_id=x", "Run with id=x not found"),
        ("experiments/get?experiment_id=99", "No Experiment with id=99 exists"),
        ("registered-models/get?name=x", "Registered Model with name=x not found"),
        ("model-versions/get?name=x&version=1", "Model Version (name=x, version=1) not found"),
        ("logged-models/m-x", "Logged model with ID 'm-x' not found."),
    ],
)
def test_an_unknown_id_is_404_with_mlflows_message(client, path, message):
    answer = client.get(API + path)
    assert answer.error() == (404, "RESOURCE_DOES_NOT_EXIST")
    assert answer.json()["message"] == message


@pytest.mark.parametrize(
    "path", ["runs/get?run_id=a%00b", "logged-models/a%00b", "runs/get?run_id=%ff", "%zz", "%"]
)
def test_a_bad_escape_nul_or_encoding_in_the_url_is_refused(client, path):
    refusal(client.get(API + path))


def test_an_unknown_route_is_404_and_a_wrong_method_405_with_allow(client):
    assert client.get("/nope").error() == (404, "ENDPOINT_NOT_FOUND")
    answer = client.ask("PUT", API + "runs/create", b"{}", JSON)
    assert (answer.status, answer.headers["Allow"]) == (405, "POST")


@pytest.mark.parametrize("headers", [{}, {"Content-Type": "text/plain"}])
def test_a_body_that_is_not_said_to_be_json_is_refused(client, headers):
    assert "Content-Type" in refusal(client.ask("POST", API + "runs/create", b"{}", headers))


def test_a_body_past_the_limit_is_413(client):
    answer = client.ask("POST", API + "runs/create", b" " * (32 * MIB + 1), JSON)
    assert answer.error() == (413, "REQUEST_TOO_LARGE")


@pytest.mark.parametrize(
    "data",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # A TLS client.
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"GET / HTTP/1.1\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
        b"GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
)
def test_what_is_not_http_gets_4xx_or_nothing(server, client, data):
    answer = send_bytes(server.url, data)
    assert not answer or re.match(rb"HTTP/1\.1 4\d\d ", answer), answer
    assert client.get("/health").body == b"OK"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_no_artifact_path_leads_out_of_the_folder(server, client, method):
    artifacts = server.folder / "artifacts"
    outside = server.folder / "outside"
    outside.mkdir(exist_ok=True)
    secret = outside / "secret"
    secret.write_text("do not touch")
    (artifacts / "link").unlink(missing_ok=True)
    (artifacts / "link").symlink_to(outside)
    (artifacts / "file").unlink(missing_ok=True)
    (artifacts / "file").symlink_to(secret)
    before = sorted(server.folder.rglob("*"))
    up = ["..", "a/../..", "%2e%2e", "%252e%252e", "..%2f", "a/..%2f..", "..%252f", "..%5c", "..\\"]
    odd = ["link/secret", "file", str(secret), "%2f" + str(secret)[1:], "a%00b", "c:%5cx"]
    for path in [f"{start}/outside/secret" for start in up] + odd:
        answer = client.ask(method, f"{ARTIFACTS}/{path}", b"evil" if method == "PUT" else None, {})
        # Deleting a link or what is not there, or putting a file in a link's place, is no harm.
        harmless = method == "DELETE" or (method, path) == ("PUT", "file")
        assert 400 <= answer.status < 500 or harmless, (path, answer)
        assert b"do not touch" not in answer.body
        if method == "GET":
            query = client.get(f"{ARTIFACTS}?path={path}")
            assert query.status == 400 or query.json() == {}, (path, query)
    assert secret.read_text() == "do not touch"
    gone = {artifacts / "file"} if method == "DELETE" else set()
    assert set(before) - set(server.folder.rglob("*")) <= gone
    assert set(server.folder.rglob("*")) <= set(before)


def test_the_answer_to_a_bad_query_does_not_repeat_itself_without_end(client):
    answer = client.get(API + "runs/get?run_id=" + "x" * 50_000)
    assert 400 <= answer.status < 500
    assert len(answer.body) < 60_000
    json.loads(answer.body)
