"""Ask the web process of this container whether it can serve; exit 1 if not."""

import http.client
import os
import sys

from antq_portal import env


def main() -> int:
    """Ask under the first allowed host name, as any other would be refused."""
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ["PORT"]), timeout=4)
    host = (env.words("ALLOWED_HOSTS") or ["localhost"])[0].lstrip(".*") or "localhost"
    try:
        connection.request("GET", "/healthz", headers={"Host": host})
        return 0 if connection.getresponse().status == 200 else 1
    except OSError:
        return 1


if __name__ == "__main__":
    sys.exit(main())
