"""Plain HTTP, so that a test can send what no client library would."""

import http.client
import json
import socket
from typing import NamedTuple
from urllib.parse import urlsplit

API = "/api/2.0/mlflow/"
ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts"


class Answer(NamedTuple):
    status: int
    headers: dict
    body: bytes

    def json(self):
        return json.loads(self.body)

    def error(self):
        """The HTTP status and MLflow's error code."""
        return self.status, self.json()["error_code"]


class Client:
    """One keep-alive connection, which is opened again when the server has closed it.

    With `context`, an ssl.SSLContext, it is over TLS.
    """

    def __init__(self, url, timeout=60, context=None):
        address = urlsplit(url).netloc
        if context is None:
            self._connection = http.client.HTTPConnection(address, timeout=timeout)
        else:
            self._connection = http.client.HTTPSConnection(
                address, timeout=timeout, context=context
            )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """The next request opens it anew."""
        self._connection.close()

    def ask(self, method, path, body=None, headers=None):
        """Sends `body` as it is; the path must be escaped already."""
        headers = {"Content-Type": "application/json"} if headers is None else headers
        try:
            self._connection.request(method, path, body, headers)
            with self._connection.getresponse() as response:
                events = response.headers["Content-Type"] == "text/event-stream"
                if events and method != "HEAD":
                    # Events have no end.
                    self.close()
                    return Answer(response.status, dict(response.headers), b"")
                return Answer(response.status, dict(response.headers), response.read())
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise

    def post(self, rpc, **message):
        return self.ask("POST", API + rpc, json.dumps(message))

    def get(self, path):
        return self.ask("GET", path)


def send_bytes(url, data, *, then_close=False):
    """All that the server answers to these bytes, up to where it closes the connection."""
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
        connection.sendall(data)
        if then_close:
            return b""
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))
