"""One rule."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    kind: str  # of dataset.py's searches, a key of ROUTES
    words: str
    filters: tuple = ()
    orders: tuple = ()

    def searches(self):
        return [*((each, ()) for each in self.filters), *(("", each) for each in self.orders)]
