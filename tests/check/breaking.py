"""Whether the protos break callers of the last release (buf breaking)."""

import shutil
import subprocess


def last_release(root):
    """The newest tag v*, or None."""
    command = ["git", "tag", "--list", "v*", "--sort=-version:refname"]
    tags = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout
    return next(iter(tags.split()), None)


def violations(root, buf):
    """What buf finds, line by line."""
    tag = last_release(root)
    if tag is None:
        return []
    # A copy of that release with the protos that it imports, which git does not have.
    released = root / "build/released"
    shutil.rmtree(released, ignore_errors=True)
    (released / "build").mkdir(parents=True)
    archive = ["git", "archive", "--format=tar", tag, "buf.yaml", "protos"]
    packed = subprocess.run(archive, cwd=root, check=True, capture_output=True).stdout
    subprocess.run(["tar", "--extract"], cwd=released, check=True, input=packed)
    (released / "build/googleapis").symlink_to(root / "build/googleapis")
    command = [buf, "breaking", "protos", "--against", released / "protos"]
    done = subprocess.run(
        command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode == 0:
        return []
    return done.stdout.splitlines() or [f"buf exited with {done.returncode}"]
