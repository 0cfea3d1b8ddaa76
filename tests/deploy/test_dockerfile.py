"""deploy/Dockerfile has a target for each program, and none runs as root."""

import re

import pytest

from tests.support.program import ROOT

DOCKERFILE = (ROOT / "deploy/Dockerfile").read_text()
STAGES = dict(re.findall(r"^FROM \S+ AS (\w+)\n(.*?)(?=^FROM |\Z)", DOCKERFILE, re.M | re.S))
IMAGES = re.search(r"^readonly IMAGES=\((.*)\)$", (ROOT / "deploy/dev/image.sh").read_text(), re.M)
NAMES = IMAGES[1].split()


def program_of(name):
    return "rookery" if name == "rookery" else f"rookery-{name}"


def test_each_program_has_a_target():
    assert set(NAMES) == STAGES.keys() - {"compiled", "staged", "binaries", "base"}


@pytest.mark.parametrize("name", NAMES)
def test_a_target_starts_its_own_program_as_nobody(name):
    body = STAGES[name]
    program = program_of(name)
    assert f'ENTRYPOINT ["/usr/bin/{program}"]' in body
    assert f"COPY --from=binaries /staged/{program} /" in body
    assert re.search(r"^USER 65532:65532$", body, re.M)
    assert f'image.title="{program}"' in body
    if name != "sidecar":
        assert f"/mnt/install_libraries {program}\n" in body


def test_the_sidecar_is_made_from_nothing():
    assert "\nFROM scratch AS sidecar\n" in DOCKERFILE
    assert "RUN" not in STAGES["sidecar"]
