"""Asks /healthz, for a container's health check: exit 0 when it answers 200."""

from __future__ import annotations

import http.client
import os
import sys


def main() -> int:
    hosts = os.environ.get("ALLOWED_HOSTS", "").replace(",", " ").split()
    line = http.client.HTTPConnection(
        "127.0.0.1", int(os.environ.get("PORT", "8000")), timeout=3
    )
    try:
        line.request("GET", "/healthz", headers={"Host": (hosts or ["localhost"])[0]})
        return 0 if line.getresponse().status == 200 else 1
    except (OSError, http.client.HTTPException):
        return 1


if __name__ == "__main__":
    sys.exit(main())
