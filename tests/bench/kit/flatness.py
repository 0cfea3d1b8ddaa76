"""What each million of a long load took, and its plot."""

import matplotlib
from matplotlib import pyplot

from tests.bench.kit.processes import cpu_of_tree
from tests.support.server import ROOT

matplotlib.use("svg")
PLOT = ROOT / "build/bench/flatness.svg"
MILLION = 1_000_000
# One million is over in less than a second, in which a checkpoint or a merge weighs much.
SEVERAL = 5


class Flatness:
    """Begins when it is made; `note` is called whenever another million is stored."""

    def __init__(self, *pids):
        self._pids = pids
        self._cpu = self._cpu_now()
        self._seconds, self._points = 0.0, 0
        self.rates = []  # Points a second, of each million.
        self.costs = []  # Microseconds of CPU a point: server and PostgreSQL.

    def note(self, points, seconds):
        cpu, more = self._cpu_now(), points - self._points
        self.rates.append(more / (seconds - self._seconds))
        self.costs.append((cpu - self._cpu) / more * 1e6)
        self._cpu, self._seconds, self._points = cpu, seconds, points

    def _cpu_now(self):
        return sum(cpu_of_tree(pid) for pid in self._pids)


def first_and_last(numbers, format_number):
    """The first of the millions and the last, then the means of several of them."""
    first, last = numbers[:SEVERAL], numbers[-SEVERAL:]
    ends = f"{format_number(numbers[0])} → {format_number(numbers[-1])}"
    means = [format_number(sum(some) / len(some)) for some in (first, last)]
    return f"{ends} ({' → '.join(means)})"


def plot(measured):
    """`measured`: {database: Flatness}."""
    PLOT.parent.mkdir(parents=True, exist_ok=True)
    figure, (rates, costs) = pyplot.subplots(2, sharex=True, figsize=(8, 6), layout="constrained")
    for database, flatness in measured.items():
        millions = range(1, len(flatness.rates) + 1)
        rates.plot(millions, [rate / MILLION for rate in flatness.rates], label=database)
        costs.plot(millions, flatness.costs, label=database)
    rates.set_ylabel("million points/s")
    costs.set_ylabel("µs of CPU a point\n(server and PostgreSQL)")
    costs.set_xlabel("millions of points stored")
    for axes in (rates, costs):
        axes.set_ylim(bottom=0)
        axes.grid(alpha=0.3)
        axes.legend()
    figure.savefig(PLOT)
    pyplot.close(figure)
    return PLOT.relative_to(ROOT)
