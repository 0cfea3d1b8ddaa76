"""What somebody uploads for a cluster: made as deploy/databricks/README.md says."""

import shutil
import subprocess

from tests.databricks.node import VOLUME
from tests.support.program import ROOKERY, ROOT

# ./dev package sidecar, but for the build, which is there.
PACK = """
set -euo pipefail
source deploy/dev/package.sh
build() { :; }
fail() { echo "$@" >&2; exit 1; }
package_sidecar "$(sed -n 's/^project(rookery VERSION \\([0-9.]*\\) .*/\\1/p' CMakeLists.txt)"
"""


def make(folder):
    """The folder to upload, made in `folder`, with the example's configuration."""
    tree = folder / "tree"
    (tree / "build/release").mkdir(parents=True)
    (tree / "build/package").mkdir()
    (tree / "build/release/bin").symlink_to(ROOKERY.parent)
    for name in ("LICENSE", "CMakeLists.txt", "deploy"):
        (tree / name).symlink_to(ROOT / name)
    subprocess.run(["bash", "-c", PACK], cwd=tree, check=True)
    made = folder / "upload"
    subprocess.run(
        ["bash", tree / "deploy/databricks/prepare.sh", VOLUME, made],
        check=True,
    )
    return made


class Upload:
    """A copy of it, which a test may change. Its rookery-sidecar.conf has these lines."""

    def __init__(self, made, folder, *lines):
        self.folder = shutil.copytree(made, folder)
        self._settings = {}
        self.change(*lines)

    @property
    def archive(self):
        return next(self.folder.glob("rookery-sidecar-*.tar.gz"))

    @property
    def checksum(self):
        return self.archive.with_name(self.archive.name + ".sha256")

    def change(self, *lines):
        """Adds lines NAME=VALUE in the place of those with these names."""
        self._settings.update(line.split("=", 1) for line in lines)
        lines = [f"{name}={value}\n" for name, value in self._settings.items()]
        (self.folder / "rookery-sidecar.conf").write_text("".join(lines))

    def add_file(self, name, content, mode=0o600):
        file = self.folder / "files" / name
        file.write_text(content)
        file.chmod(mode)
