"""Runs every checker over the tree and prints a line for each: `./dev check` is how it is called.

Checker by checker, not file by file: all are run, however many fail, and the exit code is 1 then.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

import breaking
import compatibility
import layers
import tidy
import tree

BUILD = tree.ROOT / "build/release"
VENV = Path(sys.executable).parent
MAX_LINES = 40


class Tool:
    """A checker that is one command over some files; `fix` is the same one mending in place."""

    def __init__(self, name, files, check, fix=None):
        self.name = name
        self._files = files
        self.note = lambda: None
        self._check = check
        self._fix = fix

    def run(self, fix):
        """What it found, as text; empty if all is well."""
        files = self._files()
        if not files:
            return ""
        command = self._fix if fix and self._fix else self._check
        program = VENV / command[0]
        command = [program if program.exists() else command[0], *command[1:], *files]
        done = subprocess.run(
            command, cwd=tree.ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        if done.returncode == 0:
            return ""
        return done.stdout or f"{self.name} exited with {done.returncode}"


class Python:
    """A checker that is a function of this folder.

    `fix` is one that mends, if there is any. `note` is another: a text to be said if nothing was
    found, or None.
    """

    def __init__(self, name, function, fix=None, note=lambda: None):
        self.name = name
        self.note = note
        self._function = function
        self._fix = fix

    def run(self, fix):
        try:
            if fix and self._fix:
                self._fix()
            return "\n".join(self._function())
        except subprocess.CalledProcessError as error:
            return f"{error}\n{error.stdout}{error.stderr}"


def cpp():
    return tree.with_suffix(".cc", ".h")


def cmake():
    return tree.with_suffix("CMakeLists.txt", ".cmake")


def python():
    return tree.with_suffix(".py")


def protos():
    # buf takes the module; it finds the files itself.
    return ["protos"] if (tree.ROOT / "protos").is_dir() else []


CHECKERS = [
    Tool("clang-format", cpp, ["clang-format", "--dry-run", "-Werror"], ["clang-format", "-i"]),
    Tool("gersemi", cmake, ["gersemi", "--check", "--diff"], ["gersemi", "--in-place"]),
    Tool("ruff format", python, ["ruff", "format", "--diff", "-q"], ["ruff", "format", "-q"]),
    Tool("ruff", python, ["ruff", "check", "-q"], ["ruff", "check", "-q", "--fix"]),
    Tool(
        "shfmt",
        tree.shell_scripts,
        ["shfmt", "-i", "2", "-ci", "-d"],
        ["shfmt", "-i", "2", "-ci", "-w"],
    ),
    Tool("shellcheck", tree.shell_scripts, ["shellcheck", "--external-sources"]),
    Tool("buf format", protos, ["buf", "format", "--diff", "--exit-code"], ["buf", "format", "-w"]),
    Tool("buf lint", protos, ["buf", "lint"]),
    Python(
        "compatibility",
        lambda: compatibility.violations(tree.ROOT),
        fix=lambda: compatibility.fix(tree.ROOT),
    ),
    Python(
        "buf breaking",
        lambda: breaking.violations(tree.ROOT, VENV / "buf"),
        note=lambda: (
            None if breaking.last_release(tree.ROOT) else "no release (v*) to compare with yet"
        ),
    ),
    Python("layers", lambda: layers.violations(tree.ROOT, BUILD)),
    Python("clang-tidy", lambda: tidy.violations(tree.ROOT, BUILD, VENV / "clang-tidy")),
]


def show(name, found):
    """Prints the beginning; all of it goes to build/logs/."""
    log = tree.ROOT / f"build/logs/check-{name.replace(' ', '-')}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text(found)
    lines = found.strip().splitlines()
    for line in lines[:MAX_LINES]:
        print(f"    {line}")
    if len(lines) > MAX_LINES:
        print(f"    ... {len(lines) - MAX_LINES} more lines in {log.relative_to(tree.ROOT)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fix", action="store_true", help="format in place")
    parser.add_argument("--only", help="run only the checker of this name")
    arguments = parser.parse_args()

    failed = []
    for checker in CHECKERS:
        if arguments.only not in (None, checker.name):
            continue
        start = time.monotonic()
        found = checker.run(arguments.fix)
        seconds = time.monotonic() - start
        note = None if found else checker.note()
        print(
            f"{checker.name:<13} {'FAILED' if found else 'ok':<7} {seconds:.1f} s"
            f"{f' ({note})' if note else ''}",
            flush=True,
        )
        if found:
            failed.append(checker.name)
            show(checker.name, found)
    if failed:
        print(f"FAILED: {', '.join(failed)}. ./dev check --fix mends formatting.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
