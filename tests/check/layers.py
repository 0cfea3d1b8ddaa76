"""Who may link and include whom.

Each target has a rank and links only targets of lower ranks. Each file includes only files of its
own target and of targets that this one links, directly or through PUBLIC links. Some libraries'
headers are for some folders alone.
"""

import re

from cmake_targets import read_targets
from tree import all_files

# The first pattern that fits a target's name gives its rank.
RANKS = [
    (r"rookery_options", 0),
    # Holds nothing: headers of third parties, parsed.
    (r"rookery_precompiled\w*", 0.5),
    # What programs link against the waits of a third party.
    (r"rookery_steady_waits", 0.5),
    # Third parties, as archives.
    (r"rookery_(archives|unpackaged)", 0.5),
    (r".*_(test|bench|fuzz|load)", 9),
    (r"rookery_base|rookery_(googleapis|options)_proto", 1),
    (r"rookery_(required|checks|filter|metrics|tls|tokens)", 2),
    (r"rookery_tls_testing", 2.5),
    # Reads a message of tracking's into what rookery_base knows.
    (r"rookery_allow_list", 3),
    (r"rookery_spool", 3),
    (r"rookery_http_requests", 2),
    (r"rookery_spool_simulated_disk", 3.5),
    (r"rookery_(db|fetch|http|segment|tls_issuing|tokens_minting|transcode|rpc)", 3),
    # Searches in SQL: above both of its parts, below the stores.
    (r"rookery_filter_sql", 3.5),
    # What tests of a library share.
    (r"rookery_(db|http|segment|spool|tokens|transcode|rpc)_test(ing|_proto)", 4),
    # Its messages hold messages of the services.
    (r"rookery_gateway_proto", 3),
    (r"rookery_run_writes", 4),
    (r"rookery_spool_fuzzing", 4),
    (r"rookery_ingress_fuzzing", 5),
    (r"rookery_(loopback_cloud|program)", 4),
    (r"rookery_program_tokens", 4.5),
    # Its records hold messages of tracking's.
    (r"rookery_sidecar_proto", 3),
    (r"rookery_\w+_proto", 2),
    # What its users link wraps the archive, so that the linker keeps all of it.
    (r"rookery_\w+_grpc_archive", 3),
    (r"rookery_\w+_grpc", 4),
    # Asks the tracking service for services.
    (r"rookery_workspaces", 5),
    (r"rookery_tracking_rules", 3),
    (r"rookery_\w+_store", 4),
    (r"rookery_\w+_domain", 5),
    (r"rookery_artifact_data_plane", 5.5),
    # A transport without a domain.
    (r"rookery_tracking_ingest_stream", 5),
    (r"rookery_(tracking|registry|artifact)", 6),
    (r"rookery_(tracking|registry|artifact)_testing", 7),
    (r"rookery_gateway", 7),
    (r"rookery_sidecar", 7.5),
    (r"rookery_(devcloud|standalone)", 8),
    # The object files of a static program.
    (r"rookery_sidecar_main", 8.5),
    (r"rookery(-\w+)?", 9),
]

# Targets that must not reach others by any way: stores and domains know no transport, and services
# no HTTP, but for the artifact service's data plane.
UNREACHABLE = [
    (r"rookery_\w+_(store|domain)|rookery_(base|db)", r"gRPC::.*|rookery_rpc|rookery_\w+_grpc"),
    (r"rookery_(tracking|registry)(_\w+)?|rookery_(base|rpc|db)", r"rookery_http"),
]

# Headers of other people's libraries, and the only files that may include them.
PRIVATE_HEADERS = [
    (r"pqxx/.*|libpq-fe\.h|(postgresql/)?libpq.*|sqlite3.*\.h", r"libs/db/.*"),
    (r"prometheus/.*", r"libs/metrics/.*"),
    (r"boost/(asio|beast)[/.].*", r"libs/http/.*"),
    (r"curl/.*", r"libs/fetch/.*"),
    (r"openssl/(ssl|x509|x509v3)\.h", r"libs/tls/.*"),
    (r"openssl/(pem|bio)\.h", r"libs/(tls|tokens)/.*"),
    (
        r"grpc(pp)?/.*|grpcpp\.h",
        r"libs/(rpc|workspaces)/.*"
        r"|services/\w+/[^/]+"  # The transport layer; store/ and domain/ lie deeper.
        r"|services/\w+/testing/.*"
        r"|services/(gateway|standalone)/.*|sidecar/.*|tests/.*",
    ),
]

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
OUR_FOLDERS = ("libs/", "services/", "sidecar/", "rookery/", "google/api/", "google/rpc/")


def violations(root, build):
    """One line for each fault."""
    targets = read_targets(root, build)
    return [
        *_rank_violations(targets),
        *_reach_violations(targets),
        *_include_violations(root, targets),
    ]


def rank(name):
    return next((rank for pattern, rank in RANKS if re.fullmatch(pattern, name)), None)


def _rank_violations(targets):
    for target in targets.values():
        if rank(target.name) is None:
            yield f"{target.name} has no rank: name it in RANKS of tests/check/layers.py"
            continue
        for other in sorted(target.links):
            if other not in targets or rank(other) is None:
                continue
            if rank(other) >= rank(target.name):
                yield (
                    f"{target.name} (rank {rank(target.name)}) links {other} (rank {rank(other)}): "
                    "targets link only downwards"
                )


def _reach_violations(targets):
    for target in targets.values():
        for pattern, forbidden in UNREACHABLE:
            if not re.fullmatch(pattern, target.name):
                continue
            for other in sorted(target.reach()):
                if re.fullmatch(forbidden, other):
                    yield f"{target.name} must not reach {other}, directly or through what it links"


def _include_violations(root, targets):
    owners = _owners(root, targets)
    for file in all_files(root):
        if not re.fullmatch(r"(libs|services|sidecar)/.*\.(cc|h)", file):
            continue
        holders = owners.get(file) or _nearest(root, file, targets)
        if not holders:
            yield f"{file} is in no target: add it to the SOURCES of one"
            continue
        for _, included in INCLUDE.findall((root / file).read_text()):
            yield from _private_header_violation(file, included)
            if not included.startswith(OUR_FOLDERS):
                continue
            providers = owners.get(included) or _nearest(root, included, targets)
            if not providers:
                yield f"{file} includes {included}, which no target has"
            for holder in holders:
                if providers and not providers & {holder, *targets[holder].reach()}:
                    yield (
                        f"{file} includes {included}, but {holder} does not link "
                        f"{' or '.join(sorted(providers))}"
                    )


def _private_header_violation(file, included):
    for headers, files in PRIVATE_HEADERS:
        if re.fullmatch(headers, included) and not re.fullmatch(files, file):
            yield f"{file} includes <{included}>, which only {files} may"


def _owners(root, targets):
    """The targets that have a file in their SOURCES, by the name that an #include gives it."""
    owners = {}
    for target in targets.values():
        for source in target.sources:
            owners.setdefault(re.sub(r"^build/[^/]+/gen/", "", source), set()).add(target.name)
    return owners


def _nearest(root, file, targets):
    """For a header in no SOURCES: the libraries of the nearest folder. Such are fakes in testing/,
    and what CMake makes of a .h.in.

    A .cc in no SOURCES is compiled by nobody, which is a fault.
    """
    there = (root / file).is_file() or (root / f"{file}.in").is_file()
    if not file.endswith(".h") or not there:
        return set()
    folder = file
    while "/" in folder:
        folder = folder.rpartition("/")[0]
        here = {t.name for t in targets.values() if t.folder == folder and t.is_library}
        if here:
            return here
    return set()
