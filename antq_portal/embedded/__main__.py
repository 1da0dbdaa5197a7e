"""`python -m antq_portal.embedded start|stop|status`."""

import sys

from antq_portal.embedded import HERE, Postgres, Valkey


def main(arguments: list[str]) -> int:
    """Do what the one argument says and print both addresses; 1 if a wanted service is down."""
    postgres, valkey = Postgres(HERE), Valkey(HERE)
    action = arguments[0] if len(arguments) == 1 else ""
    if action == "start":
        postgres.start()
        valkey.start()
    elif action == "stop":
        postgres.stop()
        valkey.stop()
    elif action != "status":
        sys.stderr.write("usage: python -m antq_portal.embedded start|stop|status\n")
        return 2
    database = postgres.url if postgres.is_ready() else "(stopped)"
    redis = valkey.url if valkey.is_ready() else "(stopped)"
    sys.stdout.write(f"DATABASE_URL={database}\nREDIS_URL={redis}\n")
    return 0 if action == "stop" or "(stopped)" not in (database, redis) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
