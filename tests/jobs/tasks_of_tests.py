"""Small tasks that only tests ask for."""

import time
from pathlib import Path

from accounts.models import User
from jobs.exceptions import JobFailed
from jobs.registry import JobContext, task


@task("tests.write_file")
def write_file(context: JobContext) -> None:
    context.progress(1, 2, "đang ghi")
    context.result("kết quả.txt", f"của {context.user}".encode())
    context.progress(2, 2, "đã ghi")


@task("tests.wait_for_file")
def wait_for_file(context: JobContext) -> None:
    """Note the beginning in a file, wait until another exists, then leave a result."""
    with Path(context.arguments["trace"]).open("a") as trace:
        trace.write("begun\n")
    go_on = Path(context.arguments["go_on"])
    while not go_on.exists():
        context.progress(0, 1, "đang đợi")
        time.sleep(0.05)
    context.result("xong.txt", b"xong")


@task("tests.fail")
def fail(context: JobContext) -> None:
    raise JobFailed("Tệp không có dòng nào.")


@task("tests.break", plain_errors=(LookupError,))
def break_down(context: JobContext) -> None:
    error = {"plain": LookupError("Không thấy xã này."), "secret": RuntimeError("password=1")}
    raise error[context.arguments["how"]]


@task("tests.rename", atomic=True)
def rename(context: JobContext) -> None:
    """Change the person's name, then say so: both or neither."""
    User.objects.filter(pk=context.user.pk).update(full_name="Đã đổi")
    steal = context.arguments.get("steal")
    if steal:
        STOLEN[steal](context.job_id)


@task("tests.link")
def link(context: JobContext) -> None:
    context.link("/bao-cao/")


STOLEN = {}
"""What happens in the middle of `tests.rename`, by name; tests fill it."""
