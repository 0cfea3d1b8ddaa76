"""Roots of Debian 11, whose C library is older than this machine's, for what runs elsewhere."""

import shutil
import subprocess

from tests.support.program import ROOT

# So that several roots fetch their packages once.
CACHE = ROOT / "build/debootstrap-cache"


def make(folder, packages=()):
    """A base system with these packages in `folder`, which is made once and stays.

    OSError says why it cannot be had.
    """
    if folder.exists():
        return
    if shutil.which("debootstrap") is None:
        raise OSError("debootstrap is not installed; ./dev setup installs it")
    CACHE.mkdir(parents=True, exist_ok=True)
    unfinished = folder.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    include = [f"--include={','.join(packages)}"] if packages else []
    options = ["--variant=minbase", f"--cache-dir={CACHE}", *include]
    made = subprocess.run(
        ["debootstrap", *options, "bullseye", unfinished],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if made.returncode != 0:
        raise OSError(f"debootstrap cannot make a Debian 11: {made.stdout.strip()[-200:]}")
    unfinished.rename(folder)
