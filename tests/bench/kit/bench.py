"""A comparison of the two servers under the same load: options, rounds, table."""

import argparse
import contextlib

from tests.bench.kit import load, report, servers


class Bench:
    """Parses the command line, which may have more options by `options` (for argparse)."""

    def __init__(self, title, description, *options):
        parser = argparse.ArgumentParser(description=description)
        parser.add_argument("--seconds", type=int, default=4, help="of each run of wrk")
        parser.add_argument("--rounds", type=int, default=3, help="of which the median is told")
        parser.add_argument("--rookery-only", action="store_true", help="do not start MLflow")
        for option in options:
            parser.add_argument(option, action="store_true")
        # What other benches of the same ./dev bench understand is no fault.
        self.options, _ = parser.parse_known_args()
        self._title = title

    @contextlib.contextmanager
    def servers(self):
        """Yields the servers, running, and begins the table."""
        report.print_machine(self._title)
        report.print_head(report.COLUMNS)
        with contextlib.ExitStack() as stack:
            running = [stack.enter_context(servers.rookery())]
            if not self.options.rookery_only:
                running.append(stack.enter_context(servers.mlflow()))
            yield running

    def compare(self, what, running, script, arguments, connections):
        """Prints one row for each server: its median round by rate. The servers take turns.

        `arguments` makes the Lua script's arguments for a server. Returns {server: its Load}.
        """
        runs = {server: [] for server in running}
        for _ in range(self.options.rounds):
            for server in running:
                runs[server].append(
                    load.run_wrk(
                        server,
                        script,
                        *arguments(server),
                        connections=connections,
                        seconds=self.options.seconds,
                    )
                )
        medians = {}
        for server, loads in runs.items():
            median = sorted(loads, key=lambda load: load.rate)[len(loads) // 2]
            report.print_row(what, connections, server.name, median)
            medians[server] = median
        return medians
