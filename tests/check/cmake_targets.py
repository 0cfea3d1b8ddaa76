"""What CMake knows of our targets: their sources (file API) and direct links (--graphviz)."""

import json
import re
import subprocess
from dataclasses import dataclass, field

NODE = re.compile(r'^\s*"(node\d+)" \[ label = "([^"\\]+)', re.MULTILINE)
# PUBLIC links have no style, INTERFACE ones are dashed, PRIVATE ones dotted.
EDGE = re.compile(r'^\s*"(node\d+)" -> "(node\d+)"(?: \[ style = (\w+) \])?', re.MULTILINE)


@dataclass
class Target:
    name: str
    folder: str = ""
    is_library: bool = True
    sources: list = field(default_factory=list)
    # Names of the targets that its own sources may use, and of those that its users may use, too.
    links: set = field(default_factory=set)
    exports: set = field(default_factory=set)
    _all: dict = field(default_factory=dict, repr=False)

    def reach(self):
        """The names of all targets whose headers its sources see."""
        seen, todo = set(), [*self.links]
        while todo:
            name = todo.pop()
            if name not in seen:
                seen.add(name)
                todo.extend(self._all[name].exports)
        return seen


def read_targets(root, build):
    """Our targets by name."""
    query = build / ".cmake/api/v1/query/codemodel-v2"
    query.parent.mkdir(parents=True, exist_ok=True)
    query.touch()
    graph = build / "targets.dot"
    command = ["cmake", f"--graphviz={graph}", build]
    subprocess.run(command, cwd=root, check=True, capture_output=True, text=True)
    everything = _read_links(graph.read_text())

    ours = {}
    reply = build / ".cmake/api/v1/reply"
    index = json.loads(max(reply.glob("index-*.json")).read_text())
    model = json.loads((reply / index["reply"]["codemodel-v2"]["jsonFile"]).read_text())
    for entry in model["configurations"][0]["targets"]:
        described = json.loads((reply / entry["jsonFile"]).read_text())
        if described["type"] == "UTILITY":
            continue
        target = everything.setdefault(entry["name"], Target(entry["name"], _all=everything))
        target.folder = described["paths"]["source"]
        target.is_library = described["type"] != "EXECUTABLE"
        target.sources = [source["path"] for source in described.get("sources", [])]
        ours[target.name] = target
    return ours


def _read_links(graph):
    names = dict(NODE.findall(graph))
    targets = {}
    for name in names.values():
        targets[name] = Target(name, _all=targets)
    for user, used, style in EDGE.findall(graph):
        if user not in names or used not in names:
            continue
        target = targets[names[user]]
        if style != "dashed":
            target.links.add(names[used])
        if style != "dotted":
            target.exports.add(names[used])
    return targets
