"""The penguins example with each client, in one process and in four, on both databases."""

import os

import pytest

from tests.compat.clients import CLIENTS, run_example
from tests.support.backends import BACKENDS, serving

LONG = bool(os.environ.get("ROOKERY_TEST_LONG"))
TOPOLOGIES = {"one process": serving}
# Beside these, tests/e2e/test_penguins.py has the newest client on one process and both databases.
ALWAYS = [("one process", "sqlite", "mlflow-2.22.5")]
CELLS = [(t, b, c) for t in TOPOLOGIES for b in BACKENDS for c in CLIENTS]


@pytest.mark.parametrize(("topology", "backend", "client"), CELLS)
def test_the_example_runs(topology, backend, client, tmp_path):
    if not LONG and (topology, backend, client) not in ALWAYS:
        pytest.skip("NOT RUN: ./dev test --long runs the whole matrix")
    with TOPOLOGIES[topology](backend, tmp_path) as server:
        trained = run_example(client, "train.py", server.url)
        assert "The champion from the registry is right for 99.0%" in trained
        shown = run_example(client, "show.py", server.url)
        for words in ["champion -> 1", "FINISHED", "30 points", "plots/confusion_matrix.png"]:
            assert words in shown
