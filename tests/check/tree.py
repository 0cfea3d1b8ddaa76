"""The files of the tree, by kind. What git ignores is not there."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def all_files(root=ROOT):
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout
    # A file that was removed but not yet from git's index is listed, too.
    return sorted({name for name in listed.split("\0") if name and (root / name).is_file()})


def with_suffix(*suffixes):
    return [name for name in all_files() if name.endswith(suffixes)]


def shell_scripts():
    return [name for name in all_files() if name.endswith(".sh") or _is_bash(ROOT / name)]


def _is_bash(path):
    if path.suffix:
        return False
    with path.open("rb") as file:
        first = file.readline(64)
    return first.startswith(b"#!") and first.rstrip().endswith(b"sh")
