"""A TCP proxy before a server, which fails on command."""

import contextlib
import itertools
import socket
import struct
import threading
import time

PIECE_BYTES = 65536
# Closing such a socket resets its connection.
RESETTING = struct.pack("ii", 1, 0)


class FaultLink:
    """Passes connections on to `target` (host:port), which may be set anew at any time.

    `address` (host:port) is where to connect instead, from __enter__ to __exit__, whatever fails:
    nobody else gets the port meanwhile. While `delay` is set, what the server sends comes so many
    seconds late. `fault`, if set, is asked about each piece: how many there were before it in its
    direction of the connection, and whether it is an answer. If it is true of a request, that is
    passed on and the connection is reset behind it; of an answer, the answer is lost with the
    connection.
    """

    def __init__(self, target):
        self.target = target
        self.delay = 0.0
        self.fault = None
        self.faults = 0
        self._mutex = threading.Lock()
        self._ends = set()
        self._listener = None
        # Keeps the port, and does not listen.
        self._holder = _reusable_socket(0)
        self._port = self._holder.getsockname()[1]
        self.address = f"127.0.0.1:{self._port}"

    def __enter__(self):
        self.mend()
        return self

    def __exit__(self, *_):
        self.refuse()
        self._holder.close()

    def refuse(self):
        """Resets all connections, and refuses new ones until it is mended."""
        with self._mutex:
            listener, self._listener = self._listener, None
        if listener is not None:
            # Wakes accept.
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        self.cut()

    def mend(self):
        """All is passed on."""
        self.delay, self.fault = 0.0, None
        if self._listener is not None:
            return
        self._listener = _reusable_socket(self._port)
        self._listener.listen(64)
        threading.Thread(target=self._accept, args=[self._listener], daemon=True).start()

    def cut(self):
        """Resets all connections."""
        with self._mutex:
            ends, self._ends = self._ends, set()
        for end in ends:
            _reset(end)

    def _accept(self, listener):
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                host, _, port = self.target.rpartition(":")
                try:
                    server = socket.create_connection((host, int(port)))
                except OSError:
                    _reset(client)
                    continue
                for end in (client, server):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                with self._mutex:
                    # It may refuse since, and what it reset then was without these.
                    is_open = self._listener is listener
                    if is_open:
                        self._ends |= {client, server}
                if not is_open:
                    _reset(client)
                    _reset(server)
                    return
                for pair in ((client, server, False), (server, client, True)):
                    threading.Thread(target=self._pass_on, args=pair, daemon=True).start()

    def _pass_on(self, source, target, is_answer):
        pieces = itertools.count()
        with contextlib.suppress(OSError):
            while data := source.recv(PIECE_BYTES):
                if is_answer and self.delay:
                    time.sleep(self.delay)
                fault = self.fault
                is_hit = fault is not None and fault(next(pieces), is_answer)
                if not (is_hit and is_answer):
                    target.sendall(data)
                if is_hit:
                    self.faults += 1
                    break
        with self._mutex:
            self._ends -= {source, target}
        _reset(source)
        _reset(target)


def _reusable_socket(port):
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    made.bind(("127.0.0.1", port))
    return made


def _reset(connection):
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESETTING)
        # Wakes whoever reads from it, which close alone does not.
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
