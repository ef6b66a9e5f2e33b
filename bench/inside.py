"""Work done inside the product's own process: ``python -m bench.inside COMMAND``.

``dense`` and ``crowd N`` fill a database; ``plan`` says as JSON what can be asked and
booked in it; ``forms N`` makes forms to send in;
``counts`` counts queries; ``profile`` says where the time goes.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import django

django.setup()

from bench import crowd, dense, forms_waiting, plan, watch  # noqa: E402 -- after setup


def main() -> int:
    command, *rest = sys.argv[1:]
    now = datetime.now(tz=UTC)
    if command == "dense":
        dense.make(now=now)
    elif command == "crowd":
        crowd.make(int(rest[0]), now=now)
    elif command == "plan":
        sys.stdout.write(plan.as_json(now=now))
    elif command == "forms":
        sys.stdout.write(forms_waiting.as_json(int(rest[0]), now=now))
    elif command == "counts":
        sys.stdout.write(watch.counts_as_json(now=now))
    elif command == "profile":
        sys.stdout.write(watch.profiles(now=now))
    else:
        sys.stderr.write(f"There is no command {command}.\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
