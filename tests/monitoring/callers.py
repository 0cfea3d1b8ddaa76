"""Callers who keep asking, whatever they are answered."""

import contextlib
import http.client
import threading

from tests.support.raw import Client


class Callers:
    """Threads from __enter__ to __exit__, when `over` is set, each with a connection of its own."""

    def __init__(self):
        self.over = threading.Event()
        self._threads = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self._threads:
            thread.join()

    def ask(self, url, request, *, count=1, pause=0.05, context=None):
        """`count` of them call `request` with their Client, over and over."""

        def ask_on():
            with Client(url, context=context) as client:
                self._repeat(lambda: request(client), pause)

        for _ in range(count):
            self._begin(ask_on)

    def repeat(self, action, pause=0.05):
        self._begin(lambda: self._repeat(action, pause))

    def _repeat(self, action, pause):
        while not self.over.wait(pause):
            with contextlib.suppress(OSError, http.client.HTTPException):
                action()

    def _begin(self, work):
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        self._threads.append(thread)
