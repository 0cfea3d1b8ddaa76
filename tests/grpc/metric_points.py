"""Short ways to write points by gRPC and to read them."""

import grpc


def new_run(api, services):
    request = api.run_pb2.CreateRunRequest(experiment_id="0")
    return services.runs.CreateRun(request).run.info.run_id


def columns(api, run_id, points, key="loss"):
    """`points` are (step, value)."""
    return api.metric_columns_pb2.MetricColumns(
        run_id=run_id,
        keys=[key],
        key_index=[0],
        key_points=[len(points)],
        step=[step for step, _ in points],
        timestamp_ms=[1_790_000_000_000 + step for step, _ in points],
        value=[value for _, value in points],
    )


class Producer:
    """Makes requests of a producer that has just been opened."""

    def __init__(self, api, services, name):
        self.api, self.name = api, name
        request = api.ingest_pb2.OpenProducerRequest(producer_id=name)
        self.opened = services.metrics.OpenProducer(request)

    def request(self, first_seq, *columns):
        return self.api.ingest_pb2.IngestRequest(
            producer_id=self.name,
            epoch=self.opened.epoch,
            first_seq=first_seq,
            runs=[self.api.ingest_pb2.RunIngest(metrics=c) for c in columns],
        )


def streamed(services, requests):
    """The numbers that a stream answers, and the error that ends it, or None."""
    answers = []
    try:
        for answer in services.metrics.IngestStream(iter(requests)):
            answers.append(answer.next_seq)
    except grpc.RpcError as error:
        return answers, error
    return answers, None


def read_columns(api, services, run_ids, *keys):
    """The messages of a call."""
    request = api.metric_columns_pb2.ReadMetricColumnsRequest(run_ids=run_ids, keys=keys)
    for response in services.metrics.ReadMetricColumns(request):
        yield response.metrics


def each(indexes, counts, entries):
    """The entries of points, of which the next `counts[i]` have `entries[indexes[i]]`."""
    runs = zip(indexes, counts, strict=True)
    return [entries[index] for index, count in runs for _ in range(count)]


def history(api, services, run_id, *keys):
    """(key, step, value) of each point."""
    points = []
    for read in read_columns(api, services, [run_id], *keys):
        assert read.run_id == run_id
        of_points = each(read.key_index, read.key_points, read.keys)
        points += zip(of_points, read.step, read.value, strict=True)
    return points


def counted(api, services, run_id):
    request = api.metric_columns_pb2.CountStoredPointsRequest(run_id=run_id)
    return services.metrics.CountStoredPoints(request)


def stored(api, services, run_id):
    return counted(api, services, run_id).points
