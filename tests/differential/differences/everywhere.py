"""What normalise.py does not look at."""

from tests.differential.differences.difference import Difference

EVERYWHERE = [
    Difference(
        mlflow="experiment ids are counted by the database",
        rookery="63-bit integers ordered by time",
        because="they can be made without the database",
    ),
    Difference(
        mlflow="errors have `error_class` and `sqlstate`, too, and after `Error:` what the "
        "database said",
        rookery="code and message",
        because="MLflow's clients read no more; the SQL is nobody's business",
    ),
    Difference(
        mlflow="errors of the server do not say which request it was",
        rookery="their message ends with `[request ID]`, as the log has it",
        because="an operator finds it",
    ),
    Difference(
        mlflow="page tokens hold an offset",
        rookery="the place in the order",
        because="pages then neither repeat nor skip when rows are added; tokens are opaque",
    ),
    Difference(
        mlflow="tags and params in the order in which the database returns them",
        rookery="ordered by key",
        because="the same answer every time",
    ),
]
