"""One difference."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Difference:
    """`steps` are patterns of `scenario: step`; at each of these Rookery answers with one of
    `status` and with what the regular expression `says` finds."""

    mlflow: str
    rookery: str
    because: str
    steps: tuple = ()
    status: tuple = (400,)
    says: str = ""
