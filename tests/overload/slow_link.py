"""A TCP proxy before a server whose answers it may delay."""

import contextlib
import socket
import threading
import time
from urllib.parse import urlsplit


class SlowLink:
    """Passes connections on to `uri`'s server. `uri` of this object is where to connect instead.

    While `delay` is set, each piece that the server sends comes so many seconds late.
    """

    def __init__(self, uri):
        parts = urlsplit(uri)
        self._server = (parts.hostname, parts.port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = self._listener.getsockname()[1]
        credentials = parts.netloc.rpartition("@")[0]
        self.uri = parts._replace(netloc=f"{credentials}@127.0.0.1:{port}").geturl()
        self.delay = 0.0

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        # Wakes accept; the connections end with their clients.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._server)
                for pair in ((client, server, False), (server, client, True)):
                    threading.Thread(target=self._pass_on, args=pair, daemon=True).start()

    def _pass_on(self, source, target, may_be_late):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if may_be_late and self.delay:
                    time.sleep(self.delay)
                target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
