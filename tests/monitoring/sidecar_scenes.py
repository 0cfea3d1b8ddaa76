"""What goes wrong with sidecars. Each scene's targets are a job of its own name."""

import itertools
import shutil
import subprocess

from tests.monitoring import means
from tests.monitoring.aged_spool import age
from tests.monitoring.disks import break_off, make_image, mount, slow_syncs
from tests.monitoring.server_scenes import begin_again, log_metric
from tests.sidecar.test_cli import damage_a_record
from tests.support.adopter import Adopter
from tests.support.bulk import batch, fill
from tests.support.fault_link import FaultLink
from tests.support.oracle import new_run
from tests.support.raw import API, Client
from tests.support.sidecar import Sidecar
from tests.support.waiting import wait_for

MIB = 1 << 20
# More than fits.
BATCHES = 1_000
POINTS = 20
# Of a disk that holds a spool of two segments, and of one with room for more.
IMAGE_MIB = 80
LARGE_IMAGE_MIB = 160
# Seconds: more than sidecars may be behind, and more than a write may take.
OLD = 20 * 60
SLOW = 0.7


def log_points(sidecar, run_id, first=0):
    with Client(sidecar.url) as client:
        for step in range(first, first + POINTS):
            assert log_metric(client, run_id, step).status == 200


def log_on(stage, sidecar):
    """One point after the other, and none is like another: that would be taken for a repetition."""
    run_id, steps = new_run(sidecar.url), itertools.count()
    stage.callers.ask(sidecar.url, lambda client: log_metric(client, run_id, next(steps)))


def full(stage):
    """The server is away, and the spool fills."""
    sidecar, link = stage.sidecar("full", "--spool-max", 128 * MIB)
    run_id = new_run(sidecar.url)
    yield
    link.refuse()
    assert fill(sidecar.url, run_id, BATCHES)[1]
    more = batch(run_id, BATCHES)
    stage.callers.ask(
        sidecar.url, lambda client: client.ask("POST", f"{API}runs/log-batch", more), pause=0.5
    )


def quarantine(stage):
    """A run is deleted while points for it wait."""
    sidecar, link = stage.sidecar("quarantine")
    doomed = new_run(sidecar.url)
    yield
    link.refuse()
    log_points(sidecar, doomed)
    wait_for(sidecar.is_away)
    with Client(stage.upstream.url) as client:
        assert client.post("runs/delete", run_id=doomed).status == 200
    link.mend()


def gap(stage):
    """The disk loses a record that was acknowledged."""
    sidecar, link = stage.sidecar("gap")
    run_id = new_run(sidecar.url)
    yield
    link.refuse()
    log_points(sidecar, run_id)
    sidecar.kill()
    damage_a_record(sidecar.spool)
    link.mend()
    sidecar.__exit__()
    sidecar.start_again()


def late(stage):
    """A worker begins again in an outage that lasts."""
    sidecar, link = stage.sidecar("late")
    run_id = new_run(sidecar.url)
    yield
    link.refuse()
    log_points(sidecar, run_id)
    sidecar.kill()
    age(sidecar.spool, OLD)
    sidecar.__exit__()
    sidecar.start_again()


def broken(stage):
    """The spool's disk goes away."""
    folder = stage.folder("broken")
    image, disk = folder / "disk.img", folder / "disk"
    make_image(image, LARGE_IMAGE_MIB * MIB)
    mount(stage, disk, "-o", "loop", image)
    options = ["--drain-seconds", 1]
    sidecar = Sidecar(folder, stage.upstream.grpc, *options, spool=disk / "spool")
    stage.scrape("broken", stage.start(sidecar).probes)
    log_on(stage, sidecar)
    yield
    break_off(disk)


def slow_disk(stage):
    """The spool's disk takes long for each sync."""
    sidecar, _ = stage.sidecar("slow_disk")
    log_on(stage, sidecar)
    yield
    stage.start(slow_syncs(sidecar.pid, SLOW))


def cloned(stage):
    """A worker's disk was cloned, and both have a sidecar. Copied files alone are noticed."""
    folder = stage.folder("cloned")
    image, clone = folder / "disk.img", folder / "clone.img"
    make_image(image, IMAGE_MIB * MIB)
    mount(stage, folder / "first", "-o", "loop", image)
    with Sidecar(folder, stage.upstream.grpc, spool=folder / "first/spool") as sidecar:
        log_points(sidecar, new_run(sidecar.url))
        assert sidecar.flush()
    subprocess.run(["umount", folder / "first"], check=True)
    shutil.copy(image, clone)
    subprocess.run(["mount", "-o", "loop", image, folder / "first"], check=True)
    mount(stage, folder / "second", "-o", "loop", clone)
    both = [
        stage.start(
            Sidecar(
                folder,
                stage.upstream.grpc,
                *("--drain-seconds", 1),
                spool=folder / name / "spool",
                label=name,
            )
        )
        for name in ("first", "second")
    ]
    stage.scrape("cloned", both[0].probes)
    yield
    run_id = new_run(both[0].url)
    for sidecar in (*both, both[0]):
        log_points(sidecar, run_id)


def down(stage):
    sidecar, _ = stage.sidecar("down")
    yield
    sidecar.kill()


def restless(stage):
    sidecar, _ = stage.sidecar("restless")
    yield
    begin_again(stage, sidecar, "restless")


def orphan(stage):
    """A spool was left behind, and nobody may send it: it is a copy of another."""
    folder = stage.folder("orphan")
    options = ["--drain-seconds", 1]
    with Sidecar(folder, "127.0.0.1:1", *options, spool=folder / "original") as sidecar:
        log_points(sidecar, new_run(sidecar.url))
    root = stage.folder("orphans")
    shutil.copytree(folder / "original", root / "copy")
    adopter = stage.start(Adopter(folder, root, stage.upstream.grpc))
    stage.scrape("orphan", adopter.probes)
    yield


def kept(stage):
    """A spool was left behind, and the server refuses for good what it holds."""
    folder = stage.folder("kept")
    root = folder / "spools"
    doomed = new_run(stage.upstream.url)
    with (
        FaultLink(stage.upstream.grpc) as link,
        Sidecar(folder, link.address, spool=root / "left") as sidecar,
    ):
        log_points(sidecar, doomed)
        link.refuse()
        # Others than before: a sidecar takes the same ones for a client's repetition.
        log_points(sidecar, doomed, first=POINTS)
        sidecar.kill()
    with Client(stage.upstream.url) as client:
        assert client.post("runs/delete", run_id=doomed).status == 200
    adopter = stage.start(Adopter(folder, root, stage.upstream.grpc))
    stage.scrape("kept", adopter.probes)
    yield


# The alerts of each.
SCENES = {
    full: [
        "RookerySidecarUpstreamAway",
        "RookerySidecarSpoolNearFull",
        "RookerySidecarRefusing",
    ],
    quarantine: ["RookerySidecarQuarantine"],
    gap: ["RookerySidecarGap"],
    late: ["RookerySidecarForwardLag"],
    broken: ["RookerySidecarSpoolErrors"],
    slow_disk: ["RookerySidecarSlow"],
    cloned: ["RookerySidecarForwardFailed"],
    down: ["RookerySidecarDown"],
    restless: ["RookerySidecarCrashLoop"],
    orphan: ["RookeryOrphanSpoolsWaiting", "RookeryAdoptionFailing"],
    kept: ["RookeryOrphanQuarantine"],
}
# What some need.
NEEDS = {broken: means.mounting, slow_disk: means.tracing, cloned: means.mounting}
