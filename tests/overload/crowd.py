"""Many HTTP clients in one thread."""

import asyncio
import contextlib
import resource
import time
from typing import NamedTuple
from urllib.parse import urlsplit


class Reply(NamedTuple):
    status: int
    headers: dict
    seconds: float


def allow_open_files(count):
    """Raises the limit of this process, which what it starts inherits."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert hard == resource.RLIM_INFINITY or hard >= count, f"at most {hard} open files"
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, count), hard))


class Member:
    """One keep-alive connection."""

    @classmethod
    async def join(cls, url):
        self = cls()
        address = urlsplit(url)
        self._host = address.netloc
        self._reader, self._writer = await asyncio.open_connection(address.hostname, address.port)
        return self

    def leave(self):
        self._writer.close()

    async def ask(self, method, path, body=b""):
        began = time.monotonic()
        self._writer.write(
            f"{method} {path} HTTP/1.1\r\nHost: {self._host}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode()
        status, *fields = head.split("\r\n")
        headers = dict(field.split(": ", 1) for field in fields if field)
        await self._reader.readexactly(int(headers.get("Content-Length", 0)))
        return Reply(int(status.split()[1]), headers, time.monotonic() - began)


@contextlib.asynccontextmanager
async def crowd(url, count):
    """So many connections, opened a hundred at a time."""
    members = []
    try:
        while len(members) < count:
            batch = min(100, count - len(members))
            members += await asyncio.gather(*(Member.join(url) for _ in range(batch)))
        yield members
    finally:
        for member in members:
            member.leave()
