"""Whole metric histories as a pandas DataFrame, in one gRPC call.

    pip install grpcio grpcio-tools googleapis-common-protos numpy pandas
    python columns.py --protos FOLDER --address 127.0.0.1:50051 RUN_ID [RUN_ID...]

FOLDER is where the archive of `./dev package` was unpacked; the address is the one that
`rookery server --grpc-port 50051` prints. In a notebook: `frame = read_columns(address, run_ids)`.
"""

import argparse
import sys

import grpc
import numpy as np
import pandas as pd

METRIC_SERVICE = "rookery/tracking/v1/metric_service.proto"


def frame_of(columns):
    """One message's points. Keys come as runs: the next `key_points[i]` points have one key."""
    keys = np.array(columns.keys, dtype=object)[np.array(columns.key_index, dtype=int)]
    return pd.DataFrame(
        {
            "run_id": columns.run_id,
            "key": np.repeat(keys, np.array(columns.key_points, dtype=int)),
            "step": np.array(columns.step, dtype=np.int64),
            "timestamp": pd.to_datetime(np.array(columns.timestamp_ms, dtype=np.int64), unit="ms"),
            "value": np.array(columns.value, dtype=np.float64),
        }
    )


def read_columns(address, run_ids, keys=()):
    """All points of the runs, ordered by run as asked, key, step, timestamp, value."""
    # Python modules are made of the protos at import time: nothing has to be generated before.
    protos, services = grpc.protos_and_services(METRIC_SERVICE)
    request = protos.rookery_dot_tracking_dot_v1_dot_metric__columns__pb2.ReadMetricColumnsRequest(
        run_ids=run_ids, keys=keys
    )
    with grpc.insecure_channel(address) as channel:
        stub = services.MetricServiceStub(channel)
        frames = [frame_of(response.metrics) for response in stub.ReadMetricColumns(request)]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run_id", nargs="+")
    parser.add_argument("--address", default="127.0.0.1:50051", help="where gRPC is served")
    parser.add_argument("--protos", required=True, help="the folder of the protos")
    arguments = parser.parse_args()
    sys.path.insert(0, arguments.protos)
    frame = read_columns(arguments.address, arguments.run_id)
    if frame.empty:
        sys.exit("These runs have no metrics.")
    print(frame.groupby(["run_id", "key"])["value"].describe())


if __name__ == "__main__":
    main()
