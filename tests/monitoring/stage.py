"""Where scenes are played: programs with something wrong, and a Prometheus that watches them."""

import concurrent.futures
import contextlib
from urllib.parse import urlsplit

from tests.monitoring.callers import Callers
from tests.monitoring.prometheus import Prometheus
from tests.support.fault_link import FaultLink
from tests.support.server import Server
from tests.support.sidecar import Sidecar
from tests.support.waiting import wait_for


class Stage:
    """Plays all scenes at once, from __enter__ to __exit__, with all that they make in `folder`.

    A scene is a generator: up to its `yield` all is well, behind it something is not. What it
    starts is ended with the stage. `upstream` is a server that nothing happens to.
    """

    def __init__(self, folder, scenes):
        self.prometheus = None
        self.callers = None
        self.upstream = None
        self._folder = folder
        self._scenes = scenes
        self._jobs = {}
        self._stack = contextlib.ExitStack()

    def __enter__(self):
        with self._stack:
            self.upstream = self.start(Server(self.folder("well")))
            self.scrape("well", self.upstream.url)
            self.callers = self.start(Callers())
            scenes = [scene(self) for scene in self._scenes]
            for scene in scenes:
                next(scene)
            self.prometheus = self.start(Prometheus(self._folder, self._jobs))
            # Each target twice, so that there is something to compare with.
            wait_for(lambda: self.prometheus.is_watching(len(self._jobs)))
            with concurrent.futures.ThreadPoolExecutor(len(scenes)) as pool:
                for ended in [pool.submit(next, scene, None) for scene in scenes]:
                    ended.result()
            self._stack = self._stack.pop_all()
        return self

    def __exit__(self, *_):
        # Or programs would wait for what callers hold.
        self.callers.__exit__()
        self._stack.close()

    def jobs_of(self, alert):
        """Those for which it has fired."""
        return {labels["job"] for labels in self.prometheus.fired().get(alert, ())}

    def has_seen(self, expected):
        """Whether all these pairs of an alert and a job were seen."""
        fired = self.prometheus.fired()
        return expected <= {(alert, one["job"]) for alert in fired for one in fired[alert]}

    def folder(self, name):
        made = self._folder / name
        made.mkdir()
        return made

    def start(self, program):
        return self._stack.enter_context(program)

    def after(self, action):
        """Has `action` called when what is started from now on has ended."""
        self._stack.callback(action)

    def scrape(self, job, url, authority=None):
        address = urlsplit(url).netloc
        self._jobs[job] = [(address, authority) if authority else address]

    def forget(self, job):
        """Prometheus finds no such targets any more."""
        self._jobs[job] = []
        self.prometheus.reconfigure(self._jobs)

    def sidecar(self, name, *options):
        """A sidecar of the job `name`, and the link to its server."""
        folder = self.folder(name)
        link = self.start(FaultLink(self.upstream.grpc))
        sidecar = self.start(Sidecar(folder, link.address, "--drain-seconds", 1, *options))
        self.scrape(name, sidecar.probes)
        return sidecar, link
