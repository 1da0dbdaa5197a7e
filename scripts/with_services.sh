#!/bin/sh
# Run a command; embedded services that were not running before do not run after it.
cd "$(dirname "$0")/.." || exit 1
before=$(.venv/bin/python -m antq_portal.embedded status 2>/dev/null)
"$@"
code=$?
case $before in
    *"(stopped)"*"(stopped)"*) .venv/bin/python -m antq_portal.embedded stop >/dev/null 2>&1 ;;
esac
exit $code
