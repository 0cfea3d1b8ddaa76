"""What of an answer is compared: ids, times and made-up names differ between any two servers."""

import json
import re
import time

ID = re.compile(r"\bm-[0-9a-f]{32}\b|\b[0-9a-f]{32}\b|\b[1-9]\d{14,18}\b")
INT64_LIMITS = {"9223372036854775807"}
MADE_UP_NAME = re.compile(r"[a-z]+-[a-z]+-\d{1,4}")
DAY_MS = 24 * 3600 * 1000
HEADERS = [
    "Accept-Ranges",
    "Allow",
    "Content-Disposition",
    "Content-Range",
    "Content-Type",
    "X-Content-Type-Options",
    "X-Frame-Options",
]
# Lists that are sets: neither server promises an order.
UNORDERED = {"tags", "params", "aliases"}
# MLflow's errors carry these beside the code and the message; its clients read neither.
IGNORED_FIELDS = {"error_class", "sqlstate"}
# MLflow appends what its database said, with the statement.
DATABASE_WORDS = re.compile(r" Error: .*", re.DOTALL)
# Rookery's errors of its own name the request, to be found in its log.
REQUEST = re.compile(r" \[request [^\]]*\]$")
# A Python set in a message is in any order.
SET = re.compile(r"\{('[^']*'(?:, '[^']*')*)\}")


class Normaliser:
    """For the answers of one server to one scenario, in their order. An id is named after the step
    in whose answer it appeared first."""

    def __init__(self):
        self._names = {}
        self._now = time.time() * 1000

    def normalise(self, label, answer):
        """The status, some headers and the body, as values that can be compared and printed."""
        self._label, self._new = label, 0
        headers = {name.title(): value for name, value in answer.headers.items()}
        kept = {name: self._text(headers[name]) for name in HEADERS if name in headers}
        body = self._body(headers.get("Content-Type", ""), answer)
        return {"status": answer.status, "headers": kept, "body": body}

    def _body(self, kind, answer):
        if kind.startswith("application/json"):
            try:
                return self._value(json.loads(answer.body))
            except ValueError:
                pass
        text = answer.body.decode(errors="backslashreplace")
        if text.lstrip().lower().startswith("<!doctype"):
            return "<an HTML page>"
        return self._text(text)

    def _value(self, value, key="", parent=""):
        if isinstance(value, dict):
            keys = sorted(set(value) - (IGNORED_FIELDS if "error_code" in value else set()))
            return {k: self._value(value[k], k, key) for k in keys}
        if isinstance(value, list):
            if key in UNORDERED or (key, parent) == ("metrics", "data"):
                value = sorted(value, key=lambda item: json.dumps(item, sort_keys=True))
            return [self._value(item, key, parent) for item in value]
        if key == "next_page_token":
            return "<a token>"
        if isinstance(value, str):
            return self._text(_message(value) if key == "message" else value)
        if isinstance(value, int) and abs(value - self._now) < DAY_MS:
            return "<now>"
        return value

    def _text(self, text):
        if MADE_UP_NAME.fullmatch(text):
            return "<a made-up name>"
        return ID.sub(self._name, text)

    def _name(self, found):
        text = found[0]
        if text in INT64_LIMITS:
            return text
        if text not in self._names:
            self._new += 1
            self._names[text] = f"<{self._label} #{self._new}>"
        return self._names[text]


def _message(text):
    text = REQUEST.sub("", DATABASE_WORDS.sub("", text))
    return SET.sub(lambda found: "{" + ", ".join(sorted(found[1].split(", "))) + "}", text)
