"""The four programs of the suite as child processes on free ports of loopback."""

import contextlib
import re
import time

from tests.support.program import Program

SERVING_GRPC = re.compile(
    r"^rookery-\w+ \d+\.\d+\.\d+ serving gRPC(?: over TLS)? on (?P<grpc>\S+), "
    r"health on (?P<admin>http://\S+), (?:signed URLs on (?P<data>https?://\S+), )?"
)
LISTENING = re.compile(r"^rookery-gateway \d+\.\d+\.\d+ listening on (?P<http>https?://\S+), ")
PATIENCE = 30


class Part(Program):
    """One of the programs. It begins on free ports, and restarts on the same."""

    def restart(self, *, kill=False):
        """Ends it, by SIGTERM (exit code 0) or as a crash would, and starts it again."""
        if kill:
            self.kill()
        else:
            assert self.terminate() == 0, self.log()
        self.__exit__()
        self.start_again()

    def start_again(self):
        """On the ports that it had."""
        self._keep_ports()
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return self.__enter__()
            except AssertionError:
                # Another program's connection may have been given the port meanwhile.
                if time.monotonic() > end:
                    raise

    def _keep_ports(self):
        pass


class Service(Part):
    """A gRPC service: `grpc` is its host:port, `admin` the URL of its health."""

    def __init__(self, folder, name, *words, label=None):
        addresses = ["--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"]
        super().__init__(folder, name, SERVING_GRPC, *addresses, *words, label=label)

    @property
    def grpc(self):
        return self.announced["grpc"]

    @property
    def admin(self):
        return self.announced["admin"]

    def _keep_ports(self):
        self.words[1] = self.grpc
        self.words[3] = self.admin.removeprefix("http://")


class Gateway(Part):
    def __init__(self, folder, *words):
        super().__init__(folder, "rookery-gateway", LISTENING, "--port", 0, *words)

    @property
    def url(self):
        return self.announced["http"]

    def _keep_ports(self):
        self.words[1] = self.url.rpartition(":")[2]


class SplitServer:
    """All four, from __enter__ to __exit__, with their data and logs in `folder`.

    It offers what tests.support.server.Server does, and the programs under `parts`, by name.
    Without a `uri` of PostgreSQL, tracking and registry have an SQLite file each. With it there may
    be several `replicas` of the tracking service, the further ones under `tracking-2` and so on,
    which call themselves so towards PostgreSQL. `options` are for all of them, `channel_options`
    for those that call others. After the end it may be entered again, on other ports and the same
    data.
    """

    def __init__(
        self, folder, uri=None, *, replicas=1, options=(), gateway_options=(), channel_options=()
    ):
        self.folder = folder
        self.parts = {}
        self._uri = uri
        self._replicas = replicas
        self._options = options
        self._gateway_options = gateway_options
        self._channel_options = channel_options
        self._stack = None

    def __enter__(self):
        self.parts = {}
        with contextlib.ExitStack() as stack:
            self._stack = stack
            tracking = [self._start("tracking", *self._database("tracking"))]
            for number in range(2, self._replicas + 1):
                label = f"tracking-{number}"
                tracking.append(self._start(label, *self._database(label)))
            at = ["--tracking", ",".join(replica.grpc for replica in tracking)]
            registry = self._start(
                "registry", *at, *self._database("registry"), *self._channel_options
            )
            artifact = self._start("artifact", *at, "--data", "127.0.0.1:0", *self._channel_options)
            at += ["--registry", registry.grpc, "--artifact", artifact.grpc]
            at += self._channel_options
            gateway = Gateway(self.folder, *at, *self._options, *self._gateway_options)
            self.parts["gateway"] = stack.enter_context(gateway)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_):
        self._stack.close()

    def _start(self, label, *words):
        name = f"rookery-{label.partition('-')[0]}"
        service = Service(self.folder, name, *words, *self._options, label=f"rookery-{label}")
        self.parts[label] = self._stack.enter_context(service)
        return service

    def _database(self, label):
        if self._uri is None:
            return []
        return ["--backend-store-uri", f"{self._uri}?application_name={label}"]

    @property
    def url(self):
        return self.parts["gateway"].url

    @property
    def tracking(self):
        return self.parts["tracking"].grpc

    @property
    def registry(self):
        return self.parts["registry"].grpc

    @property
    def artifact(self):
        return self.parts["artifact"].grpc

    @property
    def data(self):
        """Where the artifact service serves signed URLs."""
        return self.parts["artifact"].announced["data"]

    def secrets(self):
        return [secret for part in self.parts.values() for secret in part.secrets()]

    def terminate(self):
        """Sends SIGTERM from the outside inwards; the greatest exit code."""
        return max(part.terminate() for part in reversed(self.parts.values()))

    def kill(self):
        for part in self.parts.values():
            part.kill()

    def log(self):
        return "\n".join(part.log() for part in self.parts.values())
