"""examples/notebook_columns, run as its README says."""

import subprocess
import sys

from tests.grpc.conftest import unpacked_protos
from tests.support.program import ROOT

EXAMPLE = ROOT / "examples/notebook_columns/columns.py"
# The protos may be loaded once a process, and the tests' own stubs are.
SCRIPT = """
import sys
sys.path[:0] = [sys.argv[1], sys.argv[2]]
from columns import read_columns
frame = read_columns(sys.argv[3], sys.argv[4:])
print(frame.dtypes.astype(str).to_dict())
for row in frame.itertuples(index=False):
    print(row.run_id, row.key, row.step, row.timestamp.value // 10**6, row.value)
"""


def test_the_frame_has_every_point(api, services, server, tmp_path):
    protos = unpacked_protos(tmp_path)
    run_ids = []
    for number in range(2):
        run_id = services.runs.CreateRun(api.run_pb2.CreateRunRequest()).run.info.run_id
        run_ids.append(run_id)
        metrics = [
            api.metric_pb2.Metric(
                key=key, value=step / 2 + number, timestamp=1000 + step, step=step
            )
            for key in ("loss", "acc")
            for step in range(3)
        ]
        services.runs.LogBatch(api.run_pb2.LogBatchRequest(run_id=run_id, metrics=metrics))
    command = [sys.executable, "-c", SCRIPT, protos, EXAMPLE.parent, server.tracking, *run_ids]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=60)
    types, *rows = done.stdout.splitlines()
    assert "'step': 'int64'" in types
    assert "'value': 'float64'" in types
    assert rows == [
        f"{run_id} {key} {step} {1000 + step} {step / 2 + number}"
        for number, run_id in enumerate(run_ids)
        for key in ("acc", "loss")
        for step in range(3)
    ]


def test_the_command_prints_a_summary_of_each_key(api, services, server, tmp_path):
    protos = unpacked_protos(tmp_path)
    run_id = services.runs.CreateRun(api.run_pb2.CreateRunRequest()).run.info.run_id
    command = [sys.executable, EXAMPLE, "--protos", protos, "--address", server.tracking, run_id]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "have no metrics" in done.stderr
    metric = api.metric_pb2.LogMetricRequest(run_id=run_id, key="loss", value=1.5, timestamp=1)
    services.runs.LogMetric(metric)
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=60)
    assert "loss" in done.stdout
    assert "1.5" in done.stdout
