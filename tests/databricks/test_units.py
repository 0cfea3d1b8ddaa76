"""What systemd says of the units without running them."""

import os
import shutil
import subprocess

import pytest

from tests.support.program import ROOT

NODE = ROOT / "deploy/databricks/node"
UNITS = ["rookery-sidecar.service", "rookery-sidecar-watch.service"]
# systemd's own measure, from 0 to 10, of what a service may do; tenths of it here.
MOST_EXPOSURE = {"rookery-sidecar.service": 25, "rookery-sidecar-watch.service": 60}
# Where the units look for their programs.
INSTALL = """
mount -t tmpfs tmpfs /opt
mkdir -p /opt/rookery-sidecar/etc
for program in rookery-sidecar rookery-sidecar-watch; do
  install -m 755 /bin/true "/opt/rookery-sidecar/$program"
done
touch /opt/rookery-sidecar/etc/sidecar.env /opt/rookery-sidecar/README.md
"""


@pytest.fixture(autouse=True)
def systemd():
    if shutil.which("systemd-analyze") is None or os.geteuid() != 0:
        pytest.skip("NOT RUN: systemd-analyze is not installed, or this is not root")


def analyze(*words):
    script = f'{INSTALL}\nexec systemd-analyze "$@"'
    command = ["unshare", "--mount", "sh", "-e", "-c", script, "sh", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_systemd_understands_every_line():
    done = analyze("verify", "--man=no", *(NODE / unit for unit in UNITS))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("unit", UNITS)
def test_they_may_do_little(unit):
    threshold = f"--threshold={MOST_EXPOSURE[unit]}"
    done = analyze("security", "--offline=true", "--no-pager", threshold, NODE / unit)
    assert done.returncode == 0, done.stdout[-300:]
