"""Fixtures that tests of several folders use."""

import pytest

from tests.support.backends import SETUPS, serving


@pytest.fixture(params=SETUPS)
def server(request, tmp_path):
    """A fresh server: one process and four, on each kind of database."""
    with serving(request.param, tmp_path) as running:
        yield running
