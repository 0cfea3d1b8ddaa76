"""Whatever goes wrong on a node, its cluster starts, and one line says what happened."""

import hashlib
import re

import pytest

from tests.databricks.node import Node

SMALL = "size=4m"
READ_ONLY = "ro,size=400m"


def with_checksum(upload):
    """The upload's checksum is made to agree with its archive."""
    digest = hashlib.sha256(upload.archive.read_bytes()).hexdigest()
    upload.checksum.write_text(f"{digest}  {upload.archive.name}\n")


def cut_off(upload):
    upload.archive.write_bytes(upload.archive.read_bytes()[:100_000])
    with_checksum(upload)


def not_for_this_machine(upload):
    upload.archive.rename(upload.folder / "rookery-sidecar-0.0.1-linux-mips.tar.gz")


def two_archives(upload):
    name = upload.archive.name
    (upload.folder / f"rookery-sidecar-0-{name[-18:]}").write_bytes(b"")


def other_bytes(upload):
    upload.archive.write_bytes(upload.archive.read_bytes() + b"\0")


def no_parts(upload):
    (upload.folder / "node/place.sh").unlink()


def without(name):
    return lambda upload: (upload.folder / name).unlink()


def settings(*lines):
    return lambda upload: upload.change(*lines)


def conf(text):
    return lambda upload: (upload.folder / "rookery-sidecar.conf").write_text(text)


# In the place of tar: ends the script, which is the oldest process of that name.
IMPATIENT = """#!/bin/sh
for folder in $(ls -d /proc/[0-9]* | sort -V); do
  if grep -qs rookery-sidecar-init "$folder/cmdline"; then
    kill -TERM "${folder#/proc/}"
    exit 0
  fi
done
"""
# What is done to the upload, and what the line says of it.
UPLOADS = {
    "cut archive": (cut_off, "unpacking rookery-sidecar-.* failed"),
    "wrong checksum": (other_bytes, "comparing the archive with its sha256 failed"),
    "no checksum": (lambda upload: upload.checksum.unlink(), "copying from .* failed"),
    "no archive": (lambda upload: upload.archive.unlink(), "there is no archive for"),
    "no archive for this machine": (not_for_this_machine, "there is no archive for"),
    "two archives": (two_archives, "there are several archives"),
    "no configuration": (without("rookery-sidecar.conf"), "there is no .*rookery-sidecar.conf"),
    "no part": (no_parts, "reading the upload's parts failed: there is no node/place.sh"),
    "unknown setting": (settings("ROOKERY_UPSTEAM=x"), "there is no ROOKERY_UPSTEAM"),
    "no line of settings": (conf("upstream = 1\n"), "line 1 is not NAME=VALUE"),
    "code": (conf("ROOKERY_UPSTREAM=$(touch /opt/x)\n"), "line 1 is not NAME=VALUE"),
    "no upstream": (conf("# nothing\n"), "ROOKERY_UPSTREAM is not given"),
    "no URI": (settings("ROOKERY_UPSTREAM=nowhere"), "it ends again and again: .*nowhere"),
    "file that is not there": (
        settings("ROOKERY_UPSTREAM_CA=ca.pem"),
        "copying files/ca.pem, which ROOKERY_UPSTREAM_CA names failed",
    ),
    "no size": (settings("ROOKERY_SPOOL_MAX=much"), "ROOKERY_SPOOL_MAX=much is no size"),
}
# Options of the node's small file systems, and what the line says.
DISKS = {
    "full": ({"/opt": SMALL}, "failed: .*No space left on device"),
    "read-only": ({"/opt": READ_ONLY}, "making /opt.* failed: .*Read-only file system"),
    "no room for a spool": (
        {"/local_disk0": SMALL, "/var/lib": SMALL},
        "/local_disk0/rookery-sidecar/spool: less than 128 MiB are free",
    ),
    "no spool to write to": (
        {"/local_disk0": READ_ONLY, "/var/lib": READ_ONLY},
        "/var/lib/rookery-sidecar/spool: .*Read-only file system",
    ),
}


@pytest.fixture
def upload(cluster):
    return cluster


def check_that_it_gave_up(node, line, **environment):
    done = node.init(**environment)
    assert done.returncode == 0
    lines = [text for text in done.stderr.splitlines() if "NOT RUNNING" in text]
    assert len(lines) == 1, done.stderr
    assert re.search(line, lines[0]), lines[0]
    assert "the cluster starts without it" in lines[0]
    assert "MLflow calls to http://127.0.0.1:" in lines[0]
    # The node is as it was.
    assert not node.processes("rookery-sidecar")
    assert node.says("ls", "-A", "/opt") == ""
    assert not node.exists("/usr/local/bin/rookery-sidecar")
    assert node.run("bash", "-c", "echo usable >/tmp/file && cat /tmp/file").stdout == "usable\n"


@pytest.mark.parametrize("name", UPLOADS)
def test_an_upload_that_does_not_do(name, upload, tmp_path):
    break_it, line = UPLOADS[name]
    break_it(upload)
    with Node(tmp_path, upload.folder) as node:
        check_that_it_gave_up(node, line)
        assert not node.exists("/opt/x")


@pytest.mark.parametrize("name", DISKS)
def test_a_disk_that_does_not_do(name, upload, tmp_path):
    mounts, line = DISKS[name]
    with Node(tmp_path, upload.folder, mounts=mounts) as node:
        check_that_it_gave_up(node, line)


def test_what_nobody_thought_of(upload, tmp_path):
    """A command fails that has no error message of the script's own."""
    with Node(tmp_path, upload.folder) as node:
        node.says("ln", "-sf", "/bin/false", "/usr/bin/find")
        check_that_it_gave_up(node, "comparing with what is installed failed: exit code 1")


def test_a_signal(upload, tmp_path):
    """Databricks loses patience while the archive is unpacked."""
    with Node(tmp_path, upload.folder) as node:
        node.says("sh", "-c", f"cat >/usr/bin/tar <<'TEXT'\n{IMPATIENT}TEXT\n")
        check_that_it_gave_up(node, "unpacking .* failed: ended by a signal")


def test_authorities_of_the_system_are_there_though_the_sidecar_is_not(upload, tmp_path):
    """Or REQUESTS_CA_BUNDLE would break all TLS of the node."""
    upload.archive.unlink()
    with Node(tmp_path, upload.folder) as node:
        check_that_it_gave_up(node, "there is no archive")
        assert "BEGIN CERTIFICATE" in node.read("/etc/ssl/rookery-bundle.pem")


@pytest.mark.parametrize("options", [READ_ONLY, SMALL, None])
def test_without_a_good_local_disk_another_one_is_taken(options, upload, tmp_path):
    with Node(tmp_path, upload.folder, local_disk=options) as node:
        done = node.init()
        assert done.returncode == 0
        assert "WARNING: the spool is in /var/lib/rookery-sidecar/spool, since" in done.stderr
        assert "serves on" in done.stderr


def test_the_spool_takes_half_of_a_small_disk(upload, tmp_path):
    with Node(tmp_path, upload.folder, local_disk="size=200m") as node:
        done = node.init()
        assert "WARNING: the spool is bounded to 104857600 bytes" in done.stderr, done.stderr
        assert "serves on" in done.stderr
