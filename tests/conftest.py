"""Fixtures that tests of several folders use."""

import pytest

from tests.support.backends import BACKENDS, serving


@pytest.fixture(params=BACKENDS)
def server(request, tmp_path):
    """A fresh `rookery server`, once on each kind of database."""
    with serving(request.param, tmp_path) as running:
        yield running
