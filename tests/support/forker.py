"""python forker.py MODULE...: imports them, then forks for each line of JSON on its input.

It prints how each fork ended. For warm_python.py.
"""

import importlib
import json
import os
import runpy
import sys
import time
import types


def become(request):
    """What this process is from now on, as if it had been started so."""
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, name in enumerate(request["files"], start=1):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
    os.environ.update(request["environment"])
    time.tzset()


def execute(words):
    if words[0] == "-c":
        sys.argv = ["-c", *words[2:]]
        # Classes of the script are to be in a module of this name.
        main = sys.modules["__main__"] = types.ModuleType("__main__")
        exec(compile(words[1], "<string>", "exec"), main.__dict__)  # noqa: S102
    else:
        sys.argv = list(words)
        sys.path[0] = os.path.dirname(words[0])
        runpy.run_path(words[0], run_name="__main__")


def main():
    # Its own folder, in which modules of the tests lie.
    sys.path[0] = ""
    for module in sys.argv[1:]:
        importlib.import_module(module)
    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if child == 0:
            become(request)
            # It returns, so that what is to be done at the exit of an interpreter is done.
            return execute(request["words"])
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)
    # Nothing of it is left to be done.
    os._exit(0)


if __name__ == "__main__":
    main()
