"""What TLS and a token add to a small request; how much of its time the article's script tracks."""

import contextlib
import statistics
import tempfile
from pathlib import Path

from tests.bench.kit import penguins, report, servers
from tests.bench.kit.bench import Bench
from tests.support.certificates import Authority
from tests.support.tokens import Issuer

# The first reaches neither a service nor a database, but wants a token as others do.
PATHS = {
    "server-info": "/api/3.0/mlflow/server-info",
    "experiments/get": "/api/2.0/mlflow/experiments/get?experiment_id=0",
}
# A token as Entra makes them has about so many bytes.
GROUPS = [f"00000000-0000-4000-8000-{number:012}" for number in range(25)]


@contextlib.contextmanager
def ways():
    """Yields the servers, by whether they speak TLS and ask for tokens, and a token."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        issuer = stack.enter_context(Issuer(folder))
        certificate, key = Authority(folder).issue("server")
        tls = ["--tls-cert", certificate, "--tls-key", key]
        running = {}
        for is_tls in (False, True):
            for has_token in (False, True):
                options = [*(tls if is_tls else []), *(issuer.flags() if has_token else [])]
                name = f"{'HTTPS' if is_tls else 'HTTP'}{', token' if has_token else ''}"
                server = servers.rookery(options=options, name=name)
                running[is_tls, has_token] = stack.enter_context(server)
        yield running, issuer.token(groups=GROUPS)


def compare_ways(bench):
    """Prints the table, and what follows from its rows."""
    with ways() as (running, token):
        tokens = {server: [token] for (_, has_token), server in running.items() if has_token}
        report.print_head(report.COLUMNS)
        told = []
        for what, path in PATHS.items():
            for connections in (1, 16):
                loads = bench.compare(
                    what,
                    list(running.values()),
                    "get",
                    lambda server, path=path: [path, *tokens.get(server, [])],
                    connections,
                )
                told += differences(f"{what}, {connections}", running, loads)
        print()
        print("\n".join(told))


def differences(what, running, loads):
    plain, tls = loads[running[False, False]], loads[running[True, False]]
    yield f"{what}: HTTPS has {tls.rate / plain.rate:.1%} of HTTP's rate"
    for is_tls in (False, True):
        without, with_token = loads[running[is_tls, False]], loads[running[is_tls, True]]
        yield (
            f"{what}, {'HTTPS' if is_tls else 'HTTP'}: a token adds"
            f" {with_token.server_cpu - without.server_cpu:.1f} µs of the server's CPU and"
            f" {(with_token.p50_ms - without.p50_ms) * 1000:.0f} µs to the median"
        )


def time_the_article(bench):
    report.print_head(
        [
            "",
            "script, s",
            "of which imports",
            "requests",
            "s in requests",
            "share",
            "without imports",
        ]
    )
    times = [penguins.train() for _ in range(bench.options.rounds)]
    for number, each in enumerate(times, start=1):
        print_time(f"round {number}", each)
    print_time(
        "median", {name: statistics.median(each[name] for each in times) for name in times[0]}
    )


def print_time(what, each):
    after = each["seconds"] - each["imports"]
    report.print_cells(
        what,
        f"{each['seconds']:.2f}",
        f"{each['imports']:.2f}",
        f"{each['requests']:.0f}",
        f"{each['in_requests']:.2f}",
        f"{each['in_requests'] / each['seconds']:.1%}",
        f"{each['in_requests'] / after:.1%}",
    )


def main():
    bench = Bench("TLS, tokens", __doc__)
    report.print_machine("TLS and tokens")
    compare_ways(bench)
    print("\nexamples/azureml_penguins/train.py:\n")
    time_the_article(bench)


if __name__ == "__main__":
    main()
