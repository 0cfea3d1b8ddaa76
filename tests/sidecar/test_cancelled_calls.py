"""A client that goes takes with it what it asked the server for."""

import http.client
import json
from urllib.parse import urlsplit

from tests.support.postgres import fresh_database, held_table
from tests.support.raw import API, Client
from tests.support.server import Server
from tests.support.sidecar import Sidecar
from tests.support.waiting import wait_for


def test_a_search_ends_in_the_database_when_its_client_goes(tmp_path):
    with (
        fresh_database() as uri,
        Server(tmp_path, "--backend-store-uri", uri) as server,
        Sidecar(tmp_path, server.grpc) as sidecar,
    ):
        search = json.dumps({"experiment_ids": ["0"]})
        with held_table(uri, "experiments") as waiting:
            client = http.client.HTTPConnection(urlsplit(sidecar.url).netloc)
            headers = {"Content-Type": "application/json"}
            client.request("POST", f"{API}runs/search", search, headers)
            wait_for(lambda: waiting() == 1)
            client.close()
            # The table is held still.
            wait_for(lambda: waiting() == 0)
        assert not sidecar.is_away()
        with Client(sidecar.url) as other:
            assert other.ask("POST", f"{API}runs/search", search).status == 200
