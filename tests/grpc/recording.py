"""What went over the wire between a sidecar and its server: recorded/."""

import base64
import json
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "recorded"


class Call(NamedTuple):
    method: str  # "/package.Service/Method"
    request: bytes
    reply: bytes
    code: str = "OK"  # canonical
    message: str = ""
    details: bytes = b""  # of an error: google.rpc.Status

    @property
    def name(self):
        return self.method.rpartition("/")[2]


def recordings():
    return sorted(FOLDER.glob("*.jsonl"))


def load(path):
    calls = []
    for line in path.read_text().splitlines():
        told = json.loads(line)
        for field in ("request", "reply", "details"):
            told[field] = base64.b64decode(told.get(field, ""))
        calls.append(Call(**told))
    return calls


def save(path, calls):
    lines = []
    for call in calls:
        told = call._asdict()
        for field in ("request", "reply", "details"):
            told[field] = base64.b64encode(told[field]).decode()
        # An error has no reply, and what is well no message.
        lines.append(json.dumps({key: value for key, value in told.items() if value}) + "\n")
    path.write_text("".join(lines))
