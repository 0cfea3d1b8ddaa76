"""The same requests to MLflow's server and to Rookery: every difference is one that is listed."""

import json
import re

import pytest

from tests.differential.conversation import converse
from tests.differential.differences import DIFFERENCES, MISSING, steps_of
from tests.differential.scenarios import SCENARIOS

LISTED = steps_of(DIFFERENCES + MISSING)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each.name)
def test_answers_are_those_of_mlflow(scenario, routes, mlflow_answers, rookery):
    assert not scenario.needs or scenario.needs in routes
    theirs = mlflow_answers(scenario)
    ours = converse(scenario, rookery.url)
    wrong = []
    for step in scenario.steps:
        name = f"{scenario.name}: {step.label}"
        mlflows, rookerys = theirs[step.label], ours[step.label]
        differs = _text(mlflows) != _text(rookerys)
        listed = LISTED.get(name)
        if differs and not listed:
            wrong.append(f"{name}\n  MLflow  {_text(mlflows)}\n  Rookery {_text(rookerys)}")
        elif listed and not differs:
            wrong.append(f"{name} is listed in differences/ and differs no longer")
        elif listed and not _answers(rookerys, listed):
            wrong.append(f"{name} differs otherwise than listed\n  Rookery {_text(rookerys)}")
    assert not wrong, "\n".join(wrong)


def test_the_list_names_steps_that_exist_once_each():
    there = {f"{each.name}: {step.label}" for each in SCENARIOS for step in each.steps}
    assert set(LISTED) <= there


def _text(answer):
    # As text, so that 1 and 1.0 are told apart.
    return json.dumps(answer, sort_keys=True, ensure_ascii=False)


def _answers(answer, difference):
    return answer["status"] in difference.status and re.search(difference.says, _text(answer))
