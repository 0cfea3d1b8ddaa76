"""What Helm asks of a Kubernetes API when a template looks something up: a server of Secrets."""

import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CORE = {
    "kind": "APIResourceList",
    "groupVersion": "v1",
    "resources": [
        {
            "name": "secrets",
            "singularName": "secret",
            "namespaced": True,
            "kind": "Secret",
            "verbs": ["get", "list"],
        }
    ],
}


@contextlib.contextmanager
def serving(objects, tmp_path):
    """A kubeconfig for a cluster that holds the Secrets among `objects`."""
    secrets = {each["metadata"]["name"]: each for each in objects if each["kind"] == "Secret"}

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            path = self.path.partition("?")[0]
            name = path.removeprefix("/api/v1/namespaces/ml/secrets/")
            if path == "/version":
                self.send(200, {"major": "1", "minor": "34", "gitVersion": "v1.34.0"})
            elif path == "/api":
                self.send(200, {"kind": "APIVersions", "versions": ["v1"]})
            elif path == "/apis":
                self.send(200, {"kind": "APIGroupList", "apiVersion": "v1", "groups": []})
            elif path == "/api/v1":
                self.send(200, CORE)
            elif name in secrets:
                self.send(200, {**secrets[name], "apiVersion": "v1"})
            else:
                reason = {"kind": "Status", "apiVersion": "v1", "code": 404, "reason": "NotFound"}
                self.send(404, {**reason, "status": "Failure"})

        def send(self, code, body):
            content = json.dumps(body).encode()
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    config = tmp_path / "kubeconfig"
    cluster = {"name": "c", "cluster": {"server": f"http://127.0.0.1:{server.server_port}"}}
    context = {"name": "c", "context": {"cluster": "c", "user": "u"}}
    user = {"name": "u", "user": {}}
    config.write_text(
        json.dumps(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "current-context": "c",
                "clusters": [cluster],
                "contexts": [context],
                "users": [user],
            }
        )
    )
    try:
        yield config
    finally:
        server.shutdown()
        server.server_close()
