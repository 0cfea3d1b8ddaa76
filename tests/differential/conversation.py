"""Has a scenario with a server: sends its steps, keeps what they keep, normalises the answers."""

import time

from tests.differential.normalise import Normaliser
from tests.support.raw import Client


def converse(scenario, url):
    """The normalised answers by the steps' labels."""
    values = {"s": scenario.unique()}
    normaliser = Normaliser()
    answers = {}
    with Client(url) as client:
        for step in scenario.steps:
            answer = client.ask(*step.filled(values))
            if answer.status >= 500:
                # Uvicorn closes after these without having said so.
                client.close()
            _await_next_millisecond()
            answers[step.label] = normaliser.normalise(step.label, answer)
            for name, path in step.keep.items():
                values[name] = _at(path, answer, f"{scenario.name}: {step.label}")
    return answers


def _await_next_millisecond():
    """What two steps make then has two times. Otherwise ids order it, which are not the same on any
    two servers."""
    now = time.time_ns() // 1_000_000
    while time.time_ns() // 1_000_000 == now:
        pass


def _at(path, answer, where):
    assert answer.status == 200, f"{where}: {answer}"
    value = answer.json()
    for word in path.split("."):
        value = value[word]
    return value
