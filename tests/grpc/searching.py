"""What can be searched: each kind makes objects that have names, and finds them again."""

import secrets

import grpc
import pytest


class Kind:
    """Objects of one kind that belong to one test, whatever else the server has.

    `key` is the name as a filter writes it; the names begin with `prefix`, which nobody sees here.
    """

    key = "name"

    def __init__(self, api, services):
        self.api, self.services = api, services
        self.prefix = f"{secrets.token_hex(6)}-"
        self.prepare()

    def prepare(self):
        pass

    def tags(self, tags):
        tags = {**tags, "of": self.prefix}
        return [{"key": key, "value": value} for key, value in tags.items()]

    def found(self, filter_="", order_by=None, **rest):
        """The names in their order, and the token of the next page. Without `order_by`: by name."""
        ours = f" AND tags.of = '{self.prefix}'" if filter_ else f"tags.of = '{self.prefix}'"
        order = [self.order(item) for item in ([self.key] if order_by is None else order_by)]
        response, found = self.search(filter=filter_ + ours, order_by=order, **rest)
        return [name.removeprefix(self.prefix) for name in found], response.next_page_token

    def names(self, filter_="", order_by=None, **rest):
        return self.found(filter_, order_by, **rest)[0]

    def pages(self, **words):
        """The names of each page, until there is no token more."""
        token, known = None, set()
        while token != "":
            page, token = self.found(page_token=token, **words)
            # Or it would never end.
            assert token not in known
            known.add(token)
            yield page

    def order(self, item):
        return item


class Runs(Kind):
    key = "run_name"

    def prepare(self):
        request = self.api.experiment_pb2.CreateExperimentRequest(name=self.prefix)
        self.experiment = self.services.experiments.CreateExperiment(request).experiment_id

    def add(self, name, **tags):
        request = self.api.run_pb2.CreateRunRequest(
            experiment_id=self.experiment, run_name=self.prefix + name, tags=self.tags(tags)
        )
        return self.services.runs.CreateRun(request).run.info.run_id

    def log(self, run_id, **data):
        self.services.runs.LogBatch(self.api.run_pb2.LogBatchRequest(run_id=run_id, **data))

    def search(self, **words):
        response = self.services.runs.SearchRuns(
            self.api.search_pb2.SearchRunsRequest(experiment_ids=[self.experiment], **words)
        )
        return response, [run.info.run_name for run in response.runs]


class Experiments(Kind):
    def add(self, name, **tags):
        request = self.api.experiment_pb2.CreateExperimentRequest(
            name=self.prefix + name, tags=self.tags(tags)
        )
        return self.services.experiments.CreateExperiment(request).experiment_id

    def search(self, max_results=100, **words):
        response = self.services.experiments.SearchExperiments(
            self.api.search_pb2.SearchExperimentsRequest(max_results=max_results, **words)
        )
        return response, [each.name for each in response.experiments]


class LoggedModels(Kind):
    prepare = Runs.prepare

    def add(self, name, **tags):
        request = self.api.logged_model_pb2.CreateLoggedModelRequest(
            experiment_id=self.experiment, name=self.prefix + name, tags=self.tags(tags)
        )
        return self.services.logged_models.CreateLoggedModel(request).model.info.model_id

    def order(self, item):
        field, _, direction = item.partition(" ")
        return {"field_name": field, "ascending": direction != "DESC"}

    def search(self, **words):
        response = self.services.logged_models.SearchLoggedModels(
            self.api.logged_model_pb2.SearchLoggedModelsRequest(
                experiment_ids=[self.experiment], **words
            )
        )
        return response, [model.info.name for model in response.models]


class RegisteredModels(Kind):
    def add(self, name, **tags):
        request = self.api.registered_model_pb2.CreateRegisteredModelRequest(
            name=self.prefix + name, tags=self.tags(tags)
        )
        return self.services.registered_models.CreateRegisteredModel(request).registered_model.name

    def search(self, **words):
        response = self.services.registered_models.SearchRegisteredModels(
            self.api.registered_model_pb2.SearchRegisteredModelsRequest(**words)
        )
        return response, [model.name for model in response.registered_models]


class ModelVersions(Kind):
    """The first version of a model for each name; `again` adds the next."""

    def add(self, name, run_id=None, source="s3://bucket/model", **tags):
        request = self.api.registered_model_pb2.CreateRegisteredModelRequest(
            name=self.prefix + name
        )
        self.services.registered_models.CreateRegisteredModel(request)
        return self.again(name, run_id, source, **tags)

    def again(self, name, run_id=None, source="s3://bucket/model", **tags):
        request = self.api.model_version_pb2.CreateModelVersionRequest(
            name=self.prefix + name, source=source, run_id=run_id, tags=self.tags(tags)
        )
        return self.services.model_versions.CreateModelVersion(request).model_version.version

    def search(self, **words):
        response = self.services.model_versions.SearchModelVersions(
            self.api.model_version_pb2.SearchModelVersionsRequest(**words)
        )
        return response, [each.name for each in response.model_versions]


KINDS = [Runs, Experiments, LoggedModels, RegisteredModels, ModelVersions]
EVERY_KIND = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


def refusal(search, **words):
    """The words with which a search is refused."""
    with pytest.raises(grpc.RpcError) as raised:
        search(**words)
    assert raised.value.code() == grpc.StatusCode.INVALID_ARGUMENT, raised.value
    return raised.value.details()
