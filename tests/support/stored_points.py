"""How many points a server has stored, equal ones counted each time.

MetricService.CountStoredPoints has no HTTP route, and MLflow's environment no gRPC. But a unary
call is one HTTP/2 request, and its messages here are small enough to write and read by hand.
"""

import subprocess

METHOD = "rookery.tracking.v1.MetricService/CountStoredPoints"
# A byte that says "not compressed" and four of the message's length.
PREFIX_BYTES = 5
RUN_ID_FIELD = 0x0A
POINTS_FIELD = 0x08


def stored_points(grpc, run_id):
    """Of the run, in the server whose gRPC is at `grpc` (host:port)."""
    text = run_id.encode()
    message = bytes([RUN_ID_FIELD, len(text)]) + text
    words = ["curl", "--silent", "--show-error", "--fail", "--http2-prior-knowledge"]
    for header in ("Content-Type: application/grpc", "TE: trailers"):
        words += ["--header", header]
    words += ["--max-time", "60", "--data-binary", "@-", f"http://{grpc}/{METHOD}"]
    body = b"\0" + len(message).to_bytes(4, "big") + message
    answer = subprocess.run(words, input=body, stdout=subprocess.PIPE, check=True, timeout=90)
    message = answer.stdout[PREFIX_BYTES:]
    assert message, f"no answer about run {run_id}"
    if message[0] != POINTS_FIELD:
        return 0
    points = 0
    for place, byte in enumerate(message[1:]):
        points |= (byte & 0x7F) << (7 * place)
        if not byte & 0x80:
            return points
    raise AssertionError(f"no number: {message!r}")
