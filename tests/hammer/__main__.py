"""Run the hammer for a minute, or for the seconds given: `python -m tests.hammer 120`."""

import os
import sys

import pytest

if __name__ == "__main__":
    os.environ["HAMMER_SECONDS"] = sys.argv[1] if len(sys.argv) > 1 else "60"
    sys.exit(pytest.main(["-q", "-s", "-p", "no:randomly", "tests/hammer"]))
