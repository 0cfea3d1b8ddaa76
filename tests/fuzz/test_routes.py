"""No request, however odd, is answered 5xx, hangs or ends the server."""

import os
import random

import pytest

from tests.fuzz.cases import CASES
from tests.fuzz.fuzzer import Fuzzer
from tests.support.backends import BACKENDS, serving
from tests.support.contract import read_contract
from tests.support.raw import Client

LONG = bool(os.environ.get("ROOKERY_TEST_LONG"))
# The same requests every time, unless another seed is asked for or time is.
SEED = int(os.environ.get("ROOKERY_FUZZ_SEED", random.randrange(10**9) if LONG else 20261125))
REQUESTS = 200_000 if LONG else 5_000
SECONDS_TO_ANSWER = 30
MOST_GROWTH_KIB = 256 * 1024

# Answers of these kinds are meant, by code: 5xx of MLflow's own that clients know.
MEANT = {
    "INVALID_STATE",  # As MLflow's: a deleted experiment is not renamed.
    "NOT_IMPLEMENTED",  # 501: a feature that the server does not have.
}


@pytest.fixture(params=BACKENDS)
def server(request, tmp_path):
    with serving(request.param, tmp_path) as running:
        yield running


def resident_kib(server):
    with open(f"/proc/{server.pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))


def fault(request, client):
    """What is wrong with the answer to a request, if anything, and its body."""
    try:
        answer = client.ask(*request)
    except Exception as error:  # Whatever it is, the request is to be shown.
        return f"{error!r}", b""
    if answer.status < 500:
        return "", answer.body
    # An answer to HEAD has no body to tell its code by, but 501 is NOT_IMPLEMENTED's alone.
    if request.method == "HEAD" and answer.status == 501:
        return "", answer.body
    if any(f'"{code}"'.encode() in answer.body for code in MEANT):
        return "", answer.body
    return f"{answer.status} {answer.body[:300]}", answer.body


def test_random_requests(server):
    print(f"ROOKERY_FUZZ_SEED={SEED}")
    fuzzer = Fuzzer(read_contract(), SEED)
    faults = []
    with Client(server.url, SECONDS_TO_ANSWER) as client:
        before = resident_kib(server)
        for number in range(REQUESTS):
            request = fuzzer.next()
            wrong, body = fault(request, client)
            fuzzer.learn(body)
            if wrong:
                faults.append(f"request {number}, {request}: {wrong}")
            assert len(faults) < 20, "\n".join(faults)
        assert client.get("/health").body == b"OK"
        assert not faults, "\n".join(faults)
        # The sanitizers hold freed memory back.
        if "asan" not in str(os.environ.get("ROOKERY")):
            assert resident_kib(server) - before < MOST_GROWTH_KIB
    assert server.terminate() == 0, server.log()


def test_what_was_once_wrong(server):
    with Client(server.url, SECONDS_TO_ANSWER) as client:
        assert not [(case, wrong) for case in CASES if (wrong := fault(case, client)[0])]
        assert client.get("/health").body == b"OK"
