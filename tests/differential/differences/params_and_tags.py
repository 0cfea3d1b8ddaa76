"""Keys and values of params and tags, of whatever they belong to."""

from tests.differential.differences.difference import Difference

DIFFERENCES = [
    Difference(
        mlflow="a tag or param key twice in one request that creates something, a dataset's tag "
        "twice, a model that is an output already, a logged model's param again: refused with the "
        "words of the database",
        rookery="the last one counts; the same again changes nothing",
        because="so it is where MLflow looks itself, and a retry must not fail",
        status=(200,),
        steps=(
            "experiments/tags: a key twice at creation",
            "inputs/datasets: a tag key twice",
            "inputs/datasets: in the end",
            "models/made and read: with a param key twice",
            "models/made and read: with a tag twice",
            "models/params: the same again",
            "outputs/models: again",
            "outputs/models: at another step",
            "outputs/models: in the end",
            "runs/tags at creation: a key twice",
        ),
    ),
    Difference(
        mlflow="a tag's value that a run is created with is stored at any length",
        rookery="cut to 8000 characters, as in every other request",
        because="other databases than SQLite would refuse it",
        status=(200,),
        steps=("runs/tags at creation: a value of 8001",),
    ),
    Difference(
        mlflow="a key may end with a newline",
        rookery="400",
        because="in MLflow it is an oversight of a regular expression's `$`",
        says="Names may only contain",
        steps=("*/odd keys: trailing newline",),
    ),
    Difference(
        mlflow="(and that key is then listed)",
        rookery="it is not",
        because="as above",
        status=(200,),
        steps=("*/odd keys: in the end",),
    ),
]
