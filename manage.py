#!/usr/bin/env python
"""Django's command line; works with no environment at all (see antq_portal/env.py)."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "antq_portal.settings")
    execute_from_command_line(sys.argv)
