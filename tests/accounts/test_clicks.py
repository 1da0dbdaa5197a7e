"""A double click or a retried form does one thing, over the middleware and the real table."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.contrib import messages
from django.contrib.messages import get_messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.test import Client
from django.urls import path
from django.utils import timezone

from accounts.models import ClickReceipt, User
from accounts.services.clicks import forget_clicks
from antq_portal.lib.clicks import each_by_itself, not_remembered
from antq_portal.urls import urlpatterns as portal
from jobs.models import Job
from tests.cast import make_person

GATE = threading.Event()


def add(request, title):
    return Job.objects.create(task="t", title=title, requested_by=request.user)


def plain(request):
    add(request, request.POST.get("title", "một"))
    messages.success(request, "Đã ghi.")
    return redirect("/dich/")


def page(request):
    add(request, "trang")
    messages.success(request, "Đã hiện.")
    shown = "; ".join(str(one) for one in get_messages(request))
    return HttpResponse(f"{shown} {Job.objects.count()}")


def refused(request):
    add(request, "nửa việc")
    return HttpResponse("sai", status=422)


def denied(request):
    add(request, "nửa việc")
    raise PermissionDenied("không được")


def caught(request):
    try:
        with transaction.atomic():
            add(request, "lỗi")
            raise ValidationError("sai")
    except ValidationError:
        add(request, "sau lỗi")
    return redirect("/dich/")


def download(request):
    add(request, "tệp")
    return FileResponse(iter([b"tep"]), content_type="application/pdf")


def upload(request):
    add(request, request.FILES["tep"].read().decode())
    return redirect("/dich/")


@each_by_itself
def many(request):
    add(request, "hàng 1")
    GATE.wait(timeout=5)
    add(request, "hàng 2")
    return HttpResponse("2 hàng")


@each_by_itself
def many_refused(request):
    add(request, "hàng 1")
    return HttpResponse("một hàng sai", status=422)


def slow(request):
    add(request, "chậm")
    GATE.wait(timeout=5)
    return redirect("/dich/")


@not_remembered
def secret(request):
    add(request, "bí mật")
    return HttpResponse("liên kết dùng một lần")


VIEWS = (
    plain, page, refused, denied, caught, download, upload, many, many_refused, slow, secret
)  # fmt: skip
urlpatterns = [*portal, *(path(f"thu/{view.__name__}/", view) for view in VIEWS)]

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def lan(client, db):
    person = make_person("lan", "Lò Thị Lan")
    client.force_login(person)
    return person


def titles():
    return list(Job.objects.order_by("pk").values_list("title", flat=True))


def press(client, view, key, **data):
    return client.post(f"/thu/{view}/", {"lan": key, **data})


def test_pressing_twice_does_one_thing_and_answers_the_same(client, lan):
    key = str(uuid4())

    first, second = press(client, "plain", key), press(client, "plain", key)

    assert titles() == ["một"]
    assert (first.status_code, first["Location"]) == (second.status_code, second["Location"])
    said = [[str(one) for one in get_messages(one.wsgi_request)] for one in (first, second)]
    assert said == [["Đã ghi."], ["Đã ghi."]]


def test_a_page_is_answered_again_as_it_was(client, lan):
    key = str(uuid4())

    first, second = press(client, "page", key), press(client, "page", key)

    assert (first.content, second.content) == ("Đã hiện. 1".encode(),) * 2
    assert list(get_messages(second.wsgi_request)) == []


@pytest.mark.parametrize(
    ("view", "http_code"), [("refused", 422), ("denied", 403)], ids=["answered", "raised"]
)
def test_a_refusal_writes_nothing_and_leaves_no_receipt(client, lan, view, http_code):
    key = str(uuid4())

    answers = [press(client, view, key).status_code for _ in range(2)]

    assert answers == [http_code, http_code]
    assert (titles(), ClickReceipt.objects.count()) == ([], 0)


def test_an_error_that_the_view_deals_with_takes_back_only_its_part(client, lan):
    press(client, "caught", str(uuid4()))

    assert titles() == ["sau lỗi"]


def test_changed_content_is_another_click_and_so_is_going_back_to_the_first(client, lan):
    key = str(uuid4())

    for title in ("một", "hai", "hai", "một"):
        press(client, "plain", key, title=title)

    assert titles() == ["một", "hai", "một"]


def test_a_file_counts_as_content_and_reaches_the_view_whole(client, lan):
    key = str(uuid4())

    for content in (b"ban 1", b"ban 1", b"ban 2"):
        press(client, "upload", key, tep=SimpleUploadedFile("a.txt", content))

    assert titles() == ["ban 1", "ban 2"]


def test_the_key_of_one_form_is_refused_on_another_address(client, lan):
    key = str(uuid4())
    press(client, "plain", key)

    answer = press(client, "page", key)

    assert (answer.status_code, titles()) == (400, ["một"])


def test_another_person_may_have_the_same_key(client, lan):
    key, other = str(uuid4()), Client()
    other.force_login(make_person("son", "Vi Văn Sơn"))

    press(client, "plain", key)
    press(other, "plain", key)

    assert titles() == ["một", "một"]


@pytest.mark.parametrize("key", ["", "khong-phai-uuid"])
def test_without_a_key_nothing_is_remembered(client, lan, key):
    for _ in range(2):
        press(client, "plain", key)

    assert (titles(), ClickReceipt.objects.count()) == (["một", "một"], 0)


@pytest.mark.parametrize("view", ["secret", "download"])
def test_what_must_not_or_cannot_be_kept_is_done_again(client, lan, view):
    key = str(uuid4())

    for _ in range(2):
        press(client, view, key)

    assert (len(titles()), ClickReceipt.objects.count()) == (2, 0)


def test_reading_a_page_and_a_stranger_leave_no_receipt(client, db):
    client.get("/thu/plain/", {"lan": str(uuid4())})
    stranger = client.post("/thu/plain/", {"lan": str(uuid4())})

    assert stranger.status_code == 302
    assert (titles(), ClickReceipt.objects.count()) == ([], 0)


def test_a_click_without_the_token_of_the_page_is_refused_before_it_counts(lan):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(lan)

    answer = press(strict, "plain", str(uuid4()))

    assert (answer.status_code, titles(), ClickReceipt.objects.count()) == (403, [], 0)


def test_many_acts_that_were_refused_in_part_stay_and_may_be_sent_again(client, lan):
    key = str(uuid4())

    for _ in range(2):
        press(client, "many_refused", key)

    assert (titles(), ClickReceipt.objects.count()) == (["hàng 1", "hàng 1"], 0)


def test_many_acts_of_a_process_that_died_may_be_sent_again(client, lan):
    GATE.set()
    key = str(uuid4())
    press(client, "many", key)
    long_ago = timezone.now() - dt.timedelta(minutes=3)
    ClickReceipt.objects.update(http_code=None, begun_at=long_ago)

    press(client, "many", key)

    assert titles() == ["hàng 1", "hàng 2"] * 2


def test_receipts_are_forgotten_after_a_week(client, lan):
    press(client, "plain", str(uuid4()))
    press(client, "plain", str(uuid4()))
    old = ClickReceipt.objects.first()
    ClickReceipt.objects.filter(pk=old.pk).update(begun_at=timezone.now() - dt.timedelta(days=8))

    assert forget_clicks() == 1
    assert not ClickReceipt.objects.filter(pk=old.pk).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("view", "done"), [("slow", ["chậm"]), ("many", ["hàng 1", "hàng 2"])])
def test_a_second_press_waits_for_the_first_over_another_connection(view, done):
    person, key = make_person("lan", "Lò Thị Lan"), str(uuid4())
    GATE.clear()

    def click():
        browser = Client()
        browser.force_login(User.objects.get(pk=person.pk))
        try:
            return press(browser, view, key)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        pressed = [pool.submit(click) for _ in range(2)]
        threading.Timer(0.5, GATE.set).start()
        answers = [one.result(timeout=10) for one in pressed]

    assert titles() == done
    assert len({(one.status_code, one.content) for one in answers}) == 1
