"""Run a command with an environment in which the settings can be read: throw-away keys, empty engines of its own.

`python -m tools.env COMMAND ...` is for lint, which must import the settings but reads no data. Defaults for secrets
would be a hole in the settings; here they are made anew each time and forgotten. Variables that are set win.
"""

import os
import subprocess
import sys

from tools import keys
from tools.places import Trouble
from tools.temporary import Temporary


def main(arguments: list[str]) -> int:
    if not arguments:
        print("usage: python -m tools.env COMMAND ...", file=sys.stderr)
        return 2
    try:
        engines = Temporary.plan("ce-")
        engines.start()
        try:
            environment = {
                "TESTING": "1",
                "DATABASE_URL": engines.postgres.url("postgres"),
                "REDIS_URL": engines.valkey.url,
                "DATA_DIR": str(engines.folder),
                **keys.throwaway(),
            }
            return subprocess.run(arguments, env=environment | os.environ, check=False).returncode
        finally:
            engines.stop()
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
