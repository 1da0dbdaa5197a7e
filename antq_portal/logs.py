"""One line of JSON for each log record, on standard output; no secret address stands in it."""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Final

SECRET_ADDRESS: Final = re.compile(r"(/kich-hoat/)[^/\s\"']+")
"""An address that opens an account to whoever reads it."""


class JsonLine(logging.Formatter):
    """Write time, level, logger and message, and the traceback if there is one."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": SECRET_ADDRESS.sub(r"\1…", record.getMessage()),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
