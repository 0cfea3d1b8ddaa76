"""An issuer of tokens: keys of its own, which it publishes on the loopback, and what they sign.

All by the openssl command, so that every Python environment of the tests can use it.
"""

import base64
import hashlib
import hmac
import json
import subprocess
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TENANT = "11111111-0000-4000-8000-000000000001"
AUDIENCE = "https://rookery.example"


class Key:
    """An RSA key in `folder`."""

    def __init__(self, folder):
        self.id = uuid.uuid4().hex
        self.file = folder / f"{self.id}.pem"
        _openssl("genrsa", "-out", self.file, "2048")

    def sign(self, data):
        return _openssl("dgst", "-sha256", "-sign", self.file, given=data)

    def public_pem(self):
        return _openssl("rsa", "-in", self.file, "-pubout")

    def public(self):
        """As a JSON Web Key."""
        said = _openssl("rsa", "-in", self.file, "-noout", "-modulus").decode()
        modulus = bytes.fromhex(said.strip().removeprefix("Modulus="))
        # openssl makes keys with the exponent 65537.
        return {"kid": self.id, "kty": "RSA", "use": "sig", "n": text(modulus), "e": "AQAB"}


class Issuer:
    """Serves its key set from __enter__ to __exit__, unless it is `away`."""

    def __init__(self, folder):
        self.folder = folder
        self.key = Key(folder)
        self.published = [self.key]
        self.away = False
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                keys = [key.public() for key in outer.published]
                body = json.dumps({"keys": keys}).encode()
                self.send_response(503 if outer.away else 200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def flags(self):
        """With which a program takes its tokens."""
        return [
            *("--token-issuer", self.url, "--token-keys", f"{self.url}/keys"),
            *("--token-tenant", TENANT, "--token-audience", AUDIENCE),
        ]

    def claims(self, **changes):
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": AUDIENCE,
            "tid": TENANT,
            "oid": "ann",
            "appid": "an-app",
            "iat": now,
            "nbf": now,
            "exp": now + 3600,
        }
        return {**claims, **changes}

    def token(self, key=None, header=None, signature=None, **changes):
        """A token; `changes` are for its claims, `header` for what the header is to say otherwise.
        `signature` makes one of what is to be signed, if the key is not to."""
        key = key or self.key
        header = {"alg": "RS256", "typ": "JWT", "kid": key.id, **(header or {})}
        claims = self.claims(**changes)
        signed = f"{text(json.dumps(header).encode())}.{text(json.dumps(claims).encode())}"
        return f"{signed}.{text((signature or key.sign)(signed.encode()))}"

    def refused(self):
        """Tokens that must not be taken, by the reason that is to be told."""
        other = Key(self.folder)
        pem = self.key.public_pem()
        return [
            ("expired", self.token(exp=int(time.time()) - 301)),
            ("not_yet_valid", self.token(nbf=int(time.time()) + 400)),
            ("audience", self.token(aud="https://management.azure.com")),
            ("issuer", self.token(iss="https://login.example")),
            ("tenant", self.token(tid="22222222-0000-4000-8000-000000000002")),
            ("signature", self.token(header={"alg": "none"}, signature=lambda _: b"")),
            (
                "signature",
                self.token(
                    header={"alg": "HS256"},
                    signature=lambda data: hmac.new(pem, data, hashlib.sha256).digest(),
                ),
            ),
            ("signature", self.token(signature=other.sign)),
            ("unknown_key", self.token(key=other)),
            ("malformed", "opaque"),
        ]


def text(data):
    """In base64url, without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _openssl(*words, given=None):
    command = ["openssl", *(str(word) for word in words)]
    done = subprocess.run(command, input=given, capture_output=True, check=True, timeout=60)
    return done.stdout
