"""Every page and every act × every demo account answers as the permission table says.

What is expected is worked out in tests/matrix/people.py from the table, the list of accounts and
the codes above a unit; the product is asked over the web only. One line of a failure names the
account, the address, what was expected and what came back.
"""

import logging

import pytest
from django.db import connection, transaction
from django.test import override_settings
from django.urls import URLPattern, get_resolver, reverse

from accounts.roles import Role
from tests.cast import give_role
from tests.matrix import levels
from tests.matrix.acts import ACTS
from tests.matrix.country import Country
from tests.matrix.levels import IN_THAI_NGUYEN
from tests.matrix.pages import OUTSIDE, PAGES
from tests.matrix.people import OUTSIDER, Answer, chosen, in_turn
from tests.matrix.registers import BOOK
from tests.matrix.stage import load_country

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.timeout(900),
]

LINES = [*PAGES, *ACTS]
OWN_ACCOUNT = {"account_logout", "account_change_password", "account_reminders"}
"""Addresses where everybody posts about themselves."""

ASKED_ELSEWHERE = {
    "units:import_sheet", "units:settle_levels", "evaluations:late_event", "evaluations:quiet",
    "evaluations:appraisal_take_over", "evaluations:grid_proposals",
    "evaluations:workbook", "evaluations:upload",
}  # fmt: skip
"""Addresses whose post needs what was signed for one person, units of a district that is no more, a
window that is open, or over, a file, raw bytes, or a book that proposes; tests/units/test_import_pages.py,
test_settle_levels.py, tests/evaluations/test_late_events.py, test_uploads.py and
workbooks/test_pages.py ask them."""

LED_HOME = {"account_logout"}
"""Addresses with nothing to do for who has not signed in."""

PRINTED = {"dossier", "certificate", "notice", "decision_pdf_again"}
"""Papers in scope, as reports are: for whoever sees the file."""

OWN_WORK = {"queue_take_up", "queue_appraise", "session_new", "strictness", "quiet"}
"""Pages and acts of one's own queue: elsewhere it is empty, and nothing is done."""

OWN_UPLOADS = {
    "upload_begin", "upload_cancel", "workbook_check", "workbook_file", "workbook_marked"
}  # fmt: skip
"""What is sent is its sender's alone, whoever else sees the units: 404 for all others."""

RECORDED = ("evaluations:result_edit", "evaluations:result_strike")
"""Acts on what the Ministry decided, which the province's officer writes down."""

OF_LEVELS = {str(check) for check in (*levels.PAGES, *levels.ACTS)}
"""Lines about what Na Mèo does not decide, and about the other province."""

OF_THE_PROVINCE = ("managed by the province", "of the THPT")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return tmp_path_factory.mktemp("matrix-media")


@pytest.fixture(autouse=True)
def media(settings, files):
    settings.MEDIA_ROOT = files
    return files


@pytest.fixture(scope="module")
def country(django_db_setup, django_db_blocker, files):
    """The demo, loaded once for this file and gone after it."""
    log = logging.getLogger("django.request")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=files), transaction.atomic():
        assert connection.settings_dict["NAME"].startswith("test_")
        log.disabled = True
        try:
            country = Country(load_country())
            # Made once here, it is not made anew, and undone, by every line about it.
            levels.far_area(country.stage)
            yield country
        finally:
            log.disabled = False
            transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _papers_are_not_drawn(monkeypatch):
    monkeypatch.setattr("evaluations.views.papers.render_pdf", lambda paper: b"%PDF-1.4")


def asked_about(people, place):
    """Who is asked about a line in the quick run; the slow test asks everybody about every line."""
    check = LINES[place]
    return in_turn(chosen(people, place, check.about), place, check.expects)


# The matrix -----------------------------------------------------------------------------------


@pytest.mark.parametrize("place", range(len(LINES)), ids=lambda place: str(LINES[place]))
def test_address_answers_as_the_table_says(place, country):
    differences = country.differences(LINES[place], asked_about(country.people, place))

    assert not differences, "\n".join(differences)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_every_address_answers_every_account_as_the_table_says(country):
    differences = [line for check in LINES for line in country.differences(check, country.people)]

    assert not differences, "\n".join(differences)


def test_every_account_of_the_demo_is_asked(country):
    asked = {
        one.username for place in range(len(LINES)) for one in asked_about(country.people, place)
    }

    people = country.stage.people.values()
    demo = {user.username for user in people if user.is_demo and user.is_active}
    assert asked == demo


@pytest.mark.parametrize("check", ACTS, ids=str)
def test_every_act_has_somebody_who_does_it(check, country):
    assert any(check.expects(person) is Answer.DONE for person in country.people)


# Every address --------------------------------------------------------------------------------


def names(patterns, namespace=""):
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}"
        else:
            inside = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from names(pattern.url_patterns, inside)


def test_every_address_of_the_portal_is_in_the_matrix():
    asked = {check.name for check in LINES}

    left_out = set(names(get_resolver().url_patterns)) - asked - set(OUTSIDE)

    assert not left_out, f"add to tests/matrix/pages.py or acts.py: {sorted(left_out)}"


def test_what_takes_posts_is_among_the_acts(country):
    acts = {check.name for check in ACTS} | OWN_ACCOUNT | ASKED_ELSEWHERE
    wrong = {
        f"{check}: {status}"
        for check in PAGES
        if check.name not in acts
        and (status := country.post(OUTSIDER, check.address(country.stage)).status_code) != 405
    }

    assert not wrong


TOLD = {"evaluations:save_row", "evaluations:save_rows", "evaluations:appraisal_row"}
"""What a script calls: it is told 401, and cannot be led to a page."""


def test_who_has_not_signed_in_is_led_to_the_sign_in_page(country):
    wrong = []
    for check in LINES:
        address = check.address(country.stage)
        answer = country.hear(None, check, address, {}).response
        is_led = answer.status_code == 302 and check.name not in LED_HOME
        led_to = answer.headers["Location"] if is_led else ""
        is_script = address.startswith("/api/") or check.name in TOLD
        is_refused = is_script and answer.status_code in (401, 403)
        is_sign_in = led_to.startswith(f"{reverse('account_login')}?next=")
        if not (is_refused or is_sign_in or check.name in LED_HOME):
            wrong.append(f"{check}: {answer.status_code} {led_to}")

    assert not wrong, "\n".join(wrong)


# Named cases ----------------------------------------------------------------------------------


def statuses(country, username, checks):
    return {str(check): country.status(username, check) for check in checks}


def below_na_meo():
    """Lines about a unit, file, figure, decision, paper or job of Na Mèo, by their addresses."""
    open_pages = {*OWN_ACCOUNT, "me", "unit-list", "jobs:list"}
    open_pages |= {f"evaluations:{name}" for name in ("home", "sheet_now", "sessions", "decisions")}
    one_s_own = {"units:list", "units:people", "units:assign", "reports:index"}
    one_s_own |= {"units:accounts", "units:account_open", "evaluations:mail_runs"}
    one_s_own |= {
        f"evaluations:{name}"
        for name in ("recorded_results", "result_new", "result_import", "result_template")
    }
    one_s_own |= {
        f"evaluations:{name}"
        for name in ("queue", "administration", "seasons", *OWN_WORK, *OWN_UPLOADS)
    }
    of_province = {
        f"evaluations:season_{act}" for act in ("open", "open_all", "dates", "lock", "unlock")
    } | {
        "units:end_assignment",
        "units:coverage",
    }
    of_province |= {
        f"evaluations:{name}" for name in ("delegations", "delegation_new", "delegation_end")
    }
    of_province |= {"units:account"} | {
        f"units:account_{act}" for act in ("correct", "link", "lock", "unlock")
    }
    apart = open_pages | one_s_own | of_province
    return [
        check
        for check in LINES
        if check.name not in apart
        and check.about not in ("own", "of Na Mèo")
        and str(check) not in OF_LEVELS
        and str(check) != "evaluations:incidents"
        and "school" not in check.about
    ]  # fmt: skip


@pytest.mark.parametrize("username", [OUTSIDER, "canbo.huyenquanson", "tonghop.thainguyen"])
def test_outsider_finds_nothing_below_another_commune(username, country):
    found = statuses(country, username, below_na_meo())
    if username == "canbo.huyenquanson":
        found = {line: status for line, status in found.items() if "reports" not in line}

    assert len(found) > 90
    assert {line for line, status in found.items() if status != 404} == set()


@pytest.mark.parametrize("username", ["canbo.nameo", "thamdinh.thanhhoa", "canbo.huyenquanson", "giaoduc.thanhhoa",
                                      "truong.quanson", "quantri.thanhhoa"])  # fmt: skip
def test_nobody_of_thanh_hoa_finds_anything_of_thai_nguyen(username, country):
    found = statuses(country, username, IN_THAI_NGUYEN)
    if username == "canbo.huyenquanson":
        found = {line: status for line, status in found.items() if "reports" not in line}

    assert len(found) >= 4
    assert {line for line, status in found.items() if status != 404} == set()


def test_nobody_of_thai_nguyen_finds_a_file_that_thanh_hoa_decides(country):
    decided = [*levels.PAGES, *levels.ACTS]
    found = statuses(
        country, "quantri.thainguyen", [c for c in decided if "Thái Nguyên" not in c.about]
    )

    assert len(found) > 12
    assert {line for line, status in found.items() if status != 404} == set()


@pytest.mark.parametrize("word", ["canbo", "thamdinh", "chutich", "vanthu"])
def test_district_s_people_do_nothing_where_their_district_was(word, country):
    lines = [c for c in (*levels.PAGES, *levels.ACTS) if c not in IN_THAI_NGUYEN]
    found = statuses(
        country, f"{word}.huyenquanson", [c for c in lines if c.name != "units:detail"]
    )

    assert {line for line, status in found.items() if status != 404} == set()


def test_lists_name_nothing_below_another_commune(country):
    commune = country.stage.commune.pk
    asked = (
        f"/api/v1/units/?parent={commune}", "/api/v1/units/?search=che+lau", f"/don-vi/?thuoc={commune}",
        "/don-vi/?q=che+lau", "/quyet-dinh/", "/tham-dinh/phien/", "/cong-viec/", "/",
    )  # fmt: skip

    for address in asked:
        assert "Ché Lầu" not in country.get(OUTSIDER, address).content.decode(), address
    assert country.get(OUTSIDER, asked[0]).json()["results"] == []
    assert len(country.get("canbo.nameo", asked[0]).json()["results"]) > 15


@pytest.mark.parametrize("username", ["chutich.thanhhoa", "thamdinh.thanhhoa", "canbo.thanhhoa"])
def test_province_sees_a_residential_area_and_does_nothing_there(username, country):
    looked = [c for c in PAGES if c.name in ("units:detail", "unit-detail", "evaluations:evidence")]
    looked += [c for c in PAGES if c.name == "evaluations:file" and "before" not in c.about
               and "school" not in c.about]  # fmt: skip
    looked = [check for check in looked if check not in IN_THAI_NGUYEN]
    done = [
        check
        for check in below_na_meo()
        if check.data
        and check.name.partition(":")[2] not in PRINTED
        and check.about not in OF_THE_PROVINCE
        and check.name not in (*BOOK, *RECORDED)
        and not check.name.startswith("jobs:")
    ]

    assert set(statuses(country, username, looked).values()) == {200}
    assert len(done) > 45
    found = statuses(country, username, done)
    assert {line for line, status in found.items() if status != 403} == set()


def test_superuser_sees_all_and_does_no_act_of_the_procedure(country):
    keeps = ("units:", "jobs:", "evaluations:season_", "evaluations:delegation_")
    acts = [
        check
        for check in ACTS
        if not check.name.startswith(keeps)
        and check.name.partition(":")[2] not in {*PRINTED, *OWN_UPLOADS}
        and check.name not in BOOK
    ]
    looked = [c for c in PAGES if c.name in ("units:detail", "evaluations:file", "evaluations:decision",
              "evaluations:session", "evaluations:sheet", "reports:report")
              and "before" not in c.about]  # fmt: skip

    assert set(statuses(country, "quantri", looked).values()) == {200}
    assert len(acts) > 50
    found = statuses(country, "quantri", acts)
    assert {line for line, status in found.items() if status != 403} == set()


@pytest.mark.parametrize("username", ["quantri", "chutich.thanhhoa", "thamdinh.thanhhoa"])
def test_book_of_a_commune_is_hidden_from_those_above(username, country):
    found = statuses(country, username, [check for check in ACTS if check.name in BOOK])

    assert set(found.values()) == {404}


def test_viewer_sees_the_schools_and_nothing_else(country):
    sheet = next(c for c in PAGES if c.name == "evaluations:sheet" and not c.about)

    page = country.get("giaoduc.thanhhoa", sheet.address(country.stage)).content.decode()

    assert "Ché Lầu" not in page
    assert "THPT" in country.get(
        "giaoduc.thanhhoa", f"/don-vi/{country.stage.managed_by_province.pk}/"
    ).content.decode()  # fmt: skip


# Three persons --------------------------------------------------------------------------------

SAME_PERSON = (
    ("canbo.nameo", Role.APPRAISER, "evaluations:appraisal_take_up"),
    ("canbo.nameo", Role.APPRAISER, "evaluations:appraisal_confirm"),
    ("canbo.nameo", Role.APPRAISER, "evaluations:queue_take_up"),
    ("canbo.nameo", Role.APPRAISER, "evaluations:queue_appraise"),
    ("canbo.nameo", Role.APPRAISER, "evaluations:bulk tiep-nhan"),
    ("canbo.nameo", Role.APPROVER, "evaluations:decision_approve"),
    ("thamdinh.nameo", Role.APPROVER, "evaluations:decision_approve"),
)


@pytest.mark.parametrize(("username", "role", "line"), SAME_PERSON)
def test_nobody_does_two_of_the_three_acts_on_one_file(username, role, line, country):
    give_role(country.stage.people[username], role, country.stage.commune)
    check = next(check for check in ACTS if str(check) == f"POST {line}")

    heard = country.ask(username, check)

    assert Answer.CALM.fits(heard.status, heard.written), (username, line, heard)


def test_the_same_acts_are_done_by_somebody_else_of_that_role(country):
    other = country.stage.people["vanthu.nameo"]
    for role in (Role.APPRAISER, Role.APPROVER):
        give_role(other, role, country.stage.commune)
    take_over = next(c for c in PAGES if c.name == "evaluations:appraisal_take_over")
    country.post(other.username, take_over.address(country.stage), note="Người nhận nghỉ ốm.")
    for _, _, line in SAME_PERSON:
        check = next(check for check in ACTS if str(check) == f"POST {line}")

        heard = country.ask(other.username, check)

        assert Answer.DONE.fits(heard.status, heard.written), (line, heard)


def test_who_sends_a_file_does_not_take_it_up(country):
    appraiser = country.stage.people["thamdinh.nameo"]
    give_role(appraiser, Role.OFFICER, country.stage.commune)
    file = country.stage.file("returned")
    page = reverse("evaluations:file", args=[country.stage.year, file.unit_id])
    take_up = reverse("evaluations:appraisal_take_up", args=[country.stage.year, file.unit_id])

    country.post(appraiser.username, page, viec="gui")
    file.refresh_from_db()
    assert (file.status, file.submitted_by) == ("submitted", appraiser)
    assert country.post(appraiser.username, take_up).status_code == 302

    file.refresh_from_db()
    assert file.status == "submitted"
