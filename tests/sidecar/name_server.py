"""A server of DNS that knows one name."""

import os
import socket
import threading

NO_SUCH_NAME = 3
TYPE_A = 1
HEADER_BYTES = 12


class NameServer:
    """Says, from __enter__ to __exit__, that `name` is 127.0.0.1.

    `address` is its own, of the loopback net: /etc/resolv.conf names no ports, so the port is 53,
    which only root may have. `asked` has the names that somebody wanted to know. OSError: another
    server has that port on all addresses.
    """

    def __init__(self, name):
        self.asked = []
        self._name = name
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.address = "127.{}.{}.1".format(*os.urandom(2))
        self._socket.bind((self.address, 53))
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        # An empty datagram ends it.
        self._socket.sendto(b"", self._socket.getsockname())
        self._thread.join()
        self._socket.close()

    def _serve(self):
        while True:
            query, client = self._socket.recvfrom(4096)
            if not query:
                return
            self._socket.sendto(self._answer(query), client)

    def _answer(self, query):
        labels, end = [], HEADER_BYTES
        while length := query[end]:
            labels.append(query[end + 1 : end + 1 + length].decode())
            end += 1 + length
        name = ".".join(labels).lower()
        question = query[HEADER_BYTES : end + 5]
        kind = int.from_bytes(query[end + 1 : end + 3], "big")
        self.asked.append(name)
        known = name == self._name
        records = b""
        if known and kind == TYPE_A:
            # The name of the question, type, class, seconds to live, length, address.
            records = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x01\x00\x04" + bytes([127, 0, 0, 1])
        flags = bytes([0x85, 0x80 | (0 if known else NO_SUCH_NAME)])
        counts = [1, 1 if records else 0, 0, 0]
        head = query[:2] + flags + b"".join(count.to_bytes(2, "big") for count in counts)
        return head + question + records
