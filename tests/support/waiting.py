"""For what comes soon, but not at once."""

import time

PATIENCE = 60


def wait_for(condition, patience=PATIENCE, pause=0.01):
    """What `condition` returns, once that is true; at most so many seconds. It is asked again after
    a pause."""
    end = time.monotonic() + patience
    while not (result := condition()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(pause)
    return result
