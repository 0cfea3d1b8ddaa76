"""For what comes soon, but not at once."""

import time

PATIENCE = 60


def wait_for(condition, patience=PATIENCE):
    """What `condition` returns, once that is true; at most so many seconds."""
    end = time.monotonic() + patience
    while not (result := condition()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)
    return result
