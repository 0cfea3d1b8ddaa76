"""A root of Debian 11 with nothing but its base system, and programs within."""

import shlex
import shutil
import subprocess
from pathlib import Path

from tests.support import debian_root
from tests.support.program import ROOKERY, ROOT, Program

FOLDER = ROOT / "build/debian11-root"
# Where the programs find the folder of their test.
INSIDE = Path("/mnt")
# What says in /etc how names are looked up.
NAMING = ("hosts", "nsswitch.conf", "resolv.conf")


def make():
    """The root's folder. It is made once and stays; OSError says why it cannot be had."""
    debian_root.make(FOLDER)
    # Where tests mount theirs.
    for file in NAMING:
        (FOLDER / "etc" / file).touch()
    tried = subprocess.run(_within(["true"]), capture_output=True, text=True)
    if tried.returncode != 0:
        raise OSError(f"a root cannot be changed here: {tried.stderr.strip()}")
    return FOLDER


def run(*command):
    """What a command of the root's own says; an error if it fails."""
    return subprocess.run(_within(command), capture_output=True, text=True, check=True).stdout


class Lodger(Program):
    """The program `name` in the root, which has the network of its host.

    It sees `folder` as INSIDE, with a copy of the program in it, and its files of these names in
    place of the root's /etc/hosts, /etc/nsswitch.conf and /etc/resolv.conf. What is mounted for
    that is mounted for this process alone.
    """

    def __init__(self, folder, name, announcement, *words):
        shutil.copy(ROOKERY.with_name(name), folder)
        binds = {folder / file: f"/etc/{file}" for file in NAMING}
        binds[folder] = INSIDE
        unshare, *arguments = _within([INSIDE / name, *words], binds)
        super().__init__(folder, name, announcement, *arguments)
        self._binary = Path(unshare)


def _within(command, binds=None):
    """Words that run `command` in the root, with files of outside at places of inside.

    Each of them becomes the next by exec, so that the process is `command` in the end.
    """
    steps = [f"mount -t proc proc {shlex.quote(str(FOLDER / 'proc'))}"]
    for outside, inside in (binds or {}).items():
        place = shlex.quote(f"{FOLDER}{inside}")
        steps.append(f"mount --bind {shlex.quote(str(outside))} {place}")
    words = " ".join(shlex.quote(str(word)) for word in command)
    steps.append(f"exec chroot {shlex.quote(str(FOLDER))} {words}")
    return ["/usr/bin/unshare", "--mount", "/bin/sh", "-e", "-c", "\n".join(steps)]
