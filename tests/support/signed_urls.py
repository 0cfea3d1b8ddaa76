"""Signed URLs of the artifact service, made as it makes them, with the key in its folder."""

import base64
import hashlib
import hmac
import time
from urllib.parse import quote, urlencode

ACCOUNT = "rookery.blob.core.windows.net"


class SignedUrls:
    """Of one server, whose artifacts lie in the folder `artifacts`.

    `base` is what URLs begin with: by default the path that the server itself serves.
    """

    def __init__(self, url, artifacts, base=None):
        line = (artifacts / ".rookery-signing-key").read_text().split()[0]
        self._key = base64.b64decode(line)
        self.base = base or f"{url}/store/{ACCOUNT}"

    def blob(self, path, permissions="rcw", *, container="default", seconds=3600):
        query = self._query("b", container, path, permissions, seconds)
        return f"{self.base}/{container}/{quote(path, safe='~/')}?{query}"

    def container(self, permissions="rcwl", *, container="default", seconds=3600):
        return f"{self.base}/{container}?{self._query('c', container, '', permissions, seconds)}"

    def _query(self, resource, container, path, permissions, seconds):
        expiry = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))
        version = "2021-12-02"
        parts = ["rookery artifact url", version, resource, permissions, expiry, container, path]
        mac = hmac.new(self._key, "\n".join(parts).encode(), hashlib.sha256).digest()
        signature = base64.urlsafe_b64encode(mac).decode().rstrip("=")
        return urlencode(
            {"sv": version, "sr": resource, "sp": permissions, "se": expiry, "sig": signature}
        )
