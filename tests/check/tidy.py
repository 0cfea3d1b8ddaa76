"""clang-tidy over every .cc of ours, on all cores.

A file that passed is skipped until it, a header that it includes, its compile command, the settings
or clang-tidy itself changes.
"""

import functools
import hashlib
import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

# g++'s words in the compile commands that clang does not know, and its precompiled headers.
EXTRA = [
    "-Wno-unknown-warning-option",
    "-Wno-ignored-optimization-argument",
    "-Wno-ignored-gch",
    "-Wno-unused-command-line-argument",
    # g++ reports what is deprecated; clang also what libstdc++ and Boost 1.74 use themselves.
    "-Wno-deprecated-declarations",
    # Boost 1.74 knows of C++20's coroutines in g++ alone.
    "-DBOOST_ASIO_HAS_CO_AWAIT=1",
    "-DBOOST_ASIO_HAS_STD_COROUTINE=1",
]


def violations(root, build, program):
    """What clang-tidy prints about each file that does not pass."""
    passed = root / "build/check/tidy"
    passed.mkdir(parents=True, exist_ok=True)
    version = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
    common = version + (root / ".clang-tidy").read_text() + " ".join(EXTRA)
    headers = _headers(build)

    def check(entry):
        file = Path(entry["file"])
        key = _key(common, entry, headers.get(_output(entry), []), root)
        if key and (passed / key).exists():
            return ""
        command = [program, "--quiet", "-p", build, *(f"--extra-arg={e}" for e in EXTRA), file]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True)
        if done.returncode == 0:
            if key:
                (passed / key).touch()
            return ""
        return done.stdout.strip() or done.stderr.strip()

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = [text for text in pool.map(check, _entries(root, build)) if text]
    # A header's fault is found from every file that includes it: say it once.
    return list(dict.fromkeys(found))


def _entries(root, build):
    """The compile commands of our own files, once each."""
    entries = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        path = Path(entry["file"])
        if path.is_relative_to(root) and not path.is_relative_to(root / "build"):
            entries.setdefault(entry["file"], entry)
    return [entries[file] for file in sorted(entries)]


def _output(entry):
    words = entry["command"].split()
    return words[words.index("-o") + 1]


def _headers(build):
    """What each object was compiled from, as the compiler told ninja."""
    listed = subprocess.run(
        ["ninja", "-C", build, "-t", "deps"], check=True, capture_output=True, text=True
    ).stdout
    headers, current = {}, None
    for line in listed.splitlines():
        if line.startswith("    "):
            current.append(line.strip())
        elif ": #deps " in line:
            current = headers.setdefault(line.split(": #deps ")[0], [])
            # Stale deps name headers that the file may no longer include.
            if not line.endswith("(VALID)"):
                current.append("stale")
    return headers


def _key(common, entry, headers, root):
    """The hash of all that the result depends on; empty, to skip nothing, if that is not known."""
    if not headers or headers[0] == "stale":
        return ""
    digest = hashlib.sha256(f"{common}\n{entry['command']}\n".encode())
    for name in [entry["file"], *headers]:
        path = (Path(entry["directory"]) / name).resolve()
        digest.update(f"{name} {_state(path, path.is_relative_to(root))}\n".encode())
    return digest.hexdigest()


@functools.cache
def _state(path, ours):
    """Content for our files; the system's change by packages, which show in time and size."""
    if ours:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    status = path.stat()
    return f"{status.st_mtime_ns} {status.st_size}"
