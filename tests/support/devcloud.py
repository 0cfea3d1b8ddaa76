"""`rookery devcloud` as a child process on a free port of loopback."""

import os
import re
import subprocess

from tests.support.program import ROOKERY, Program

SERVING = re.compile(r"not for production: .* on (?P<url>http://127\.0\.0\.1:(?P<port>\d+));")


class Devcloud(Program):
    """Runs from __enter__ to __exit__, with its keys in `folder`/devcloud, for the gateway at
    `gateway` (host:port), which need not be there.
    """

    def __init__(self, folder, gateway):
        self.gateway = gateway
        super().__init__(
            folder,
            "rookery",
            SERVING,
            "devcloud",
            "--gateway",
            gateway,
            "--port",
            0,
            label="devcloud",
        )

    @property
    def url(self):
        return self.announced["url"]

    @property
    def server_file(self):
        """The gateway's certificate and key."""
        return self.folder / "devcloud/server.pem"

    def environment(self):
        """The environment of a client, as a shell reads it from `rookery devcloud env`."""
        port = self.announced["port"]
        tell = f'"$0" devcloud env --gateway {self.gateway} --port {port}'
        shell = f'lines=$({tell}) && eval "$lines" && env -0'
        done = subprocess.run(
            ["sh", "-c", shell, ROOKERY],
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
            # No cache of any client's outlives a test.
            env={**os.environ, "HOME": str(self.folder)},
        )
        return dict(entry.split("=", 1) for entry in done.stdout.split("\0") if entry)
