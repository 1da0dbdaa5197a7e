"""The summed-up year of a province, a district of old, a commune: every figure held against plain SQL."""

import datetime as dt
import io
import json
import re

import pytest
from django.db import connection
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from accounts.roles import Role
from evaluations.models import (
    Decision,
    Evaluation,
    RecordedResult,
    Registration,
    Roster,
    RosterEntry,
    Season,
)
from evaluations.services.summaries import rebuild_summaries
from evaluations.workflow import Status
from tests.cast import give_role, make_cast, make_person, make_unit, version_of
from tests.reports.conftest import CLASSIFICATION, NOW, RECOGNITION, YEAR, add_area, begun
from tests.reports.test_parity import Cells
from tests.staging import Stage
from units.models import Kind, ManagingLevel, SubKind, UnitVersion

pytestmark = pytest.mark.usefixtures("stage", "db")

OF_OLD = 2024
THE_CHANGE = dt.date(2025, 7, 1)
COUNTED = (
    "listed", "not_considered", "voluntary", "considered", "recognisable", "registered", "registered_late",
    "submitted", "appraised", "decided", "decided_in_time", "decided_late", "met", "not_met",
    "xuat_sac", "kha", "trung_binh", "yeu", "unclassified", "classified_in_time", "classified_late",
    "from_paper", "external",
)  # fmt: skip
ORDER = (
    *COUNTED[:7], "registered_share", *COUNTED[7:14], "met_share", *COUNTED[14:],
)  # fmt: skip

FACTS = """
SELECT unit.id, unit.kind,
  unit.kind IN ('commune', 'district') AND unit.ended_on IS NOT NULL
    AND unit.ended_on <= make_date(%(year)s, 12, 31) AS is_gone,
  CASE WHEN unit.kind IN ('commune', 'district') THEN unit.id ELSE (
    SELECT v.parent_id FROM units_unitversion v WHERE v.unit_id = unit.id
    AND (v.valid_from IS NULL OR v.valid_from <= make_date(%(year)s, 12, 31))
    ORDER BY v.valid_from DESC NULLS LAST LIMIT 1) END AS place,
  (SELECT r.authority_id FROM evaluations_rosterentry e JOIN evaluations_roster r ON r.id = e.roster_id
    WHERE e.unit_id = unit.id AND r.year = %(year)s AND e.removed_at IS NULL ORDER BY e.id DESC LIMIT 1) AS list,
  (SELECT CASE WHEN e.not_considered_reason <> '' THEN 'out' WHEN e.coverage = 'voluntary' THEN 'voluntary'
      ELSE 'in' END
    FROM evaluations_rosterentry e JOIN evaluations_roster r ON r.id = e.roster_id
    WHERE e.unit_id = unit.id AND r.year = %(year)s AND e.removed_at IS NULL ORDER BY e.id DESC LIMIT 1) AS standing,
  EXISTS (SELECT 1 FROM evaluations_recordedresult x WHERE x.unit_id = unit.id AND x.year = %(year)s
    AND x.source = 'external') AS is_external,
  (SELECT g.registered_on <= s.register_by FROM evaluations_registration g
    JOIN evaluations_season s ON s.id = g.season_id
    WHERE g.unit_id = unit.id AND s.year = %(year)s AND g.status IN ('sent', 'accepted')) AS is_registered_in_time,
  (SELECT e.status FROM evaluations_evaluation e JOIN evaluations_season s ON s.id = e.season_id
    WHERE e.unit_id = unit.id AND s.year = %(year)s AND s.scheme = 'recognition') AS status,
  recognition.outcome AS recognition, recognition.is_in_time AS is_recognised_in_time,
  classification.outcome AS classification, classification.is_in_time AS is_classified_in_time,
  COALESCE(recognition.is_paper, false) OR COALESCE(classification.is_paper, false) AS is_paper
FROM units_unit unit
LEFT JOIN outcomes recognition ON recognition.unit_id = unit.id AND recognition.scheme = 'recognition'
LEFT JOIN outcomes classification ON classification.unit_id = unit.id AND classification.scheme = 'classification'
"""
OUTCOMES = """
SELECT e.unit_id, s.scheme, e.decided_outcome AS outcome, d.issued_on < s.decide_before AS is_in_time, false AS is_paper
FROM evaluations_decisionitem i JOIN evaluations_decision d ON d.id = i.decision_id AND d.status = 'issued'
JOIN evaluations_evaluation e ON e.id = i.evaluation_id AND e.status = 'decided'
JOIN evaluations_season s ON s.id = e.season_id AND s.year = %(year)s
UNION ALL
SELECT x.unit_id, x.scheme, x.outcome,
  (SELECT x.decided_on < s.decide_before FROM evaluations_season s JOIN units_unit u ON u.id = x.unit_id
    WHERE s.year = x.year AND s.scheme = x.scheme AND s.unit_kind = u.kind), true
FROM evaluations_recordedresult x WHERE x.year = %(year)s AND x.source = 'paper'
"""
IN = "standing = 'in' AND NOT is_external"
PLAIN_SQL = f"""
WITH outcomes AS ({OUTCOMES}), facts AS ({FACTS})
SELECT {{group}},
  count(*) FILTER (WHERE list IS NOT NULL AND NOT is_external) AS listed,
  count(*) FILTER (WHERE standing = 'out' AND NOT is_external) AS not_considered,
  count(*) FILTER (WHERE standing = 'voluntary' AND NOT is_external) AS voluntary,
  count(*) FILTER (WHERE {IN}) AS considered,
  count(*) FILTER (WHERE {IN} AND kind <> 'district') AS recognisable,
  count(*) FILTER (WHERE {IN} AND is_registered_in_time IS NOT NULL) AS registered,
  count(*) FILTER (WHERE {IN} AND NOT is_registered_in_time) AS registered_late,
  count(*) FILTER (WHERE {IN} AND status NOT IN ('draft', 'returned')) AS submitted,
  count(*) FILTER (WHERE {IN} AND status IN ('appraised', 'proposed', 'approved', 'decided', 'annulled')) AS appraised,
  count(*) FILTER (WHERE {IN} AND recognition IS NOT NULL) AS decided,
  count(*) FILTER (WHERE {IN} AND recognition IS NOT NULL AND is_recognised_in_time) AS decided_in_time,
  count(*) FILTER (WHERE {IN} AND recognition IS NOT NULL AND NOT is_recognised_in_time) AS decided_late,
  count(*) FILTER (WHERE {IN} AND recognition = 'met') AS met,
  count(*) FILTER (WHERE {IN} AND recognition = 'not_met') AS not_met,
  count(*) FILTER (WHERE {IN} AND classification = 'xuat_sac') AS xuat_sac,
  count(*) FILTER (WHERE {IN} AND classification = 'kha') AS kha,
  count(*) FILTER (WHERE {IN} AND classification = 'trung_binh') AS trung_binh,
  count(*) FILTER (WHERE {IN} AND classification = 'yeu') AS yeu,
  count(*) FILTER (WHERE {IN} AND classification IS NULL) AS unclassified,
  count(*) FILTER (WHERE {IN} AND classification IS NOT NULL AND is_classified_in_time) AS classified_in_time,
  count(*) FILTER (WHERE {IN} AND classification IS NOT NULL AND NOT is_classified_in_time) AS classified_late,
  count(*) FILTER (WHERE {IN} AND is_paper) AS from_paper,
  count(*) FILTER (WHERE is_external) AS external
FROM facts WHERE (list IS NOT NULL OR is_external) AND NOT is_gone AND {{scope}} GROUP BY 1
"""
PLACE, LIST = "dia-ban", "tham-quyen"


def counted_plainly(unit, year, *, grouping, counting):
    """The figures by commune (id) or kind, asked of the rows in the words of this test alone."""
    column = "place" if counting == PLACE else "list"
    in_district = (
        f"(place = {unit.pk} OR place IN (SELECT v.unit_id FROM units_unitversion v "
        f"WHERE v.parent_id = {unit.pk} AND v.valid_from IS NULL))"
    )
    scopes = {
        Kind.PROVINCE: "true" if counting == PLACE else "list IS NOT NULL",
        Kind.DISTRICT: in_district
        if counting == PLACE
        else f"{in_district} AND list IN (SELECT id FROM units_unit WHERE kind <> 'province')",
        Kind.COMMUNE: f"{column} = {unit.pk}",
    }
    group = "kind" if grouping == "loai-hinh" else column
    with connection.cursor() as cursor:
        cursor.execute(PLAIN_SQL.format(group=group, scope=scopes[unit.kind]), {"year": year})
        return {row[0]: dict(zip(COUNTED, row[1:], strict=True)) for row in cursor.fetchall()}


@pytest.fixture(scope="module")
def stage(held):
    """Two communes of a district of old that is gone, a third elsewhere, and all that may befall a unit in 2026."""
    cast = make_cast()
    return Stage(cast, {}, {"year": _whole(begun(cast))})


@pytest.fixture
def country(year):
    return year


def _whole(year):
    cast = year.cast
    district = make_unit(
        Kind.DISTRICT, "Quan Sơn", parent=cast.province, sub_kind=SubKind.HUYEN,
        level=ManagingLevel.PROVINCE,
    )  # fmt: skip
    district.ended_on, district.ended_by_act = THE_CHANGE, "Nghị quyết 202/2025/QH15"
    district.save()
    elsewhere = make_unit(
        Kind.COMMUNE, "Hạc Thành", parent=cast.province, sub_kind=SubKind.PHUONG,
        level=ManagingLevel.PROVINCE,
    )  # fmt: skip
    areas = [add_area(cast.na_meo, f"Số {n}") for n in range(7)]
    year.areas, year.elsewhere, year.district = areas, elsewhere, district
    year.school = make_unit(
        Kind.EDUCATIONAL_INSTITUTION, "Trường THPT Quan Sơn 2", parent=cast.na_meo,
        sub_kind=SubKind.UPPER_SECONDARY, level=ManagingLevel.PROVINCE,
    )  # fmt: skip
    year.factory = make_unit(
        Kind.ENTERPRISE, "Nhà máy của Bộ", parent=cast.son_thuy, sub_kind=SubKind.ENTERPRISE,
        level=ManagingLevel.MINISTRY,
    )  # fmt: skip
    year.cooperative = make_unit(
        Kind.ENTERPRISE, "Hợp tác xã", parent=cast.na_meo, sub_kind=SubKind.COOPERATIVE
    )
    for kind in (Kind.EDUCATIONAL_INSTITUTION, Kind.COMMUNE):
        year.season(RECOGNITION, kind)
    _under_the_district(district, [cast.na_meo, cast.son_thuy])
    _befall(year)
    return year


def _under_the_district(district, communes):
    """What the communes and all in them were until 1/7/2025, and the same as they are after."""
    above = version_of(district).path
    for commune in communes:
        now = version_of(commune)
        for version in UnitVersion.objects.filter(path__startswith=now.path):
            UnitVersion.objects.filter(pk=version.pk).update(valid_from=THE_CHANGE)
            version.pk = None
            version.path = version.path.replace(now.path, f"{above}{commune.pk}/")
            version.parent_id = district.pk if version.unit_id == commune.pk else version.parent_id
            version.save()


def _befall(year):
    cast, areas = year.cast, year.areas
    year.list_units(cast.na_meo, *areas[:5], cast.che_lau, year.cooperative, frozen=True)
    year.list_units(
        cast.na_meo, cast.hiem, not_considered_reason="other", not_considered_note="đã thống nhất"
    )
    RosterEntry.objects.filter(unit=year.cooperative).update(coverage="voluntary")
    year.list_units(cast.son_thuy, cast.thuy_thanh, cast.chung_son)
    year.list_units(cast.province, year.school, cast.na_meo, cast.son_thuy, year.elsewhere)
    year.list_units(cast.na_meo, areas[5])
    year.list_units(cast.province, areas[5])  # changed hands: counts once, on the later list
    year.list_units(cast.na_meo, areas[6])
    RosterEntry.objects.filter(unit=areas[6]).update(removed_at=NOW)
    for unit, late in (
        (areas[0], 0),
        (areas[1], 9),
        (cast.hiem, 0),
        (year.school, 0),
        (cast.na_meo, 1),
    ):
        year.register(unit, on=dt.date(2026, 3, 31) + dt.timedelta(days=late))
    year.register(areas[2], status="draft")
    done = [
        year.evaluate(areas[0], RECOGNITION, Status.DECIDED),
        year.evaluate(areas[1], RECOGNITION, Status.DECIDED, "not_met"),
    ]
    year.issue(cast.na_meo, RECOGNITION, "1", *done)
    late = [year.evaluate(unit, RECOGNITION, Status.DECIDED) for unit in (year.school, cast.na_meo)]
    decision = year.issue(cast.province, RECOGNITION, "2", *late)
    Decision.objects.filter(pk=decision.pk).update(issued_on=dt.date(2026, 11, 15))
    taken_back = year.evaluate(areas[3], RECOGNITION, Status.DECIDED)
    year.issue(cast.na_meo, RECOGNITION, "3", taken_back)
    Evaluation.objects.filter(pk=taken_back.pk).update(status="annulled", decided_outcome="")
    year.evaluate(areas[2], RECOGNITION, Status.RETURNED)
    year.evaluate(areas[4], RECOGNITION, Status.IN_REVIEW)
    classes = [
        year.evaluate(unit, CLASSIFICATION, Status.DECIDED, outcome)
        for unit, outcome in zip((*areas[:3], cast.thuy_thanh), ("xuat_sac", "kha", "yeu", "trung_binh"), strict=True)
    ]  # fmt: skip
    year.issue(cast.na_meo, CLASSIFICATION, "4", *classes)
    _record(cast, cast.che_lau, "paper", dt.date(2026, 11, 14))
    _record(cast, cast.chung_son, "paper", dt.date(2026, 11, 20), "not_met")
    _record(cast, year.factory, "external", dt.date(2026, 11, 1))
    _record(cast, areas[6], "paper", dt.date(2026, 11, 1))  # of no list


def _record(cast, unit, source, day, outcome="met"):
    RecordedResult.objects.create(
        unit=unit, unit_version=version_of(unit), province=cast.province, year=YEAR, outcome=outcome,
        scheme=RECOGNITION, source=source, decision_number="7/QĐ", decided_on=day, organ="UBND",
        deciding_unit=cast.na_meo, entered_at=NOW, entered_by=cast.lan,
    )  # fmt: skip


def move_to(year):
    """Let all of it have happened in an earlier year."""
    back = dt.timedelta(days=(dt.date(YEAR, 1, 1) - dt.date(year, 1, 1)).days)
    for season in Season.objects.all():
        dates = {
            name: getattr(season, name) - back
            for name in ("window_from", "window_to", "register_by", "decide_before")
        }
        Season.objects.filter(pk=season.pk).update(year=year, **dates)
    Roster.objects.update(year=year)
    for model, name in (
        (Registration, "registered_on"), (Decision, "issued_on"), (RecordedResult, "decided_on"),
    ):  # fmt: skip
        for row in model.objects.all():
            model.objects.filter(pk=row.pk).update(**{name: getattr(row, name) - back})
    Decision.objects.update(year=year)
    RecordedResult.objects.update(year=year)


def asked(client, user, **query):
    client.force_login(user)
    return client.get(reverse("reports:report", args=["tong-hop"]), query_params=query)


def shown_share(part, whole):
    if not whole:
        return "không có đơn vị"
    tenths = part * 1000 // whole
    return f"{tenths // 10},{tenths % 10} %"


def written(counts):
    """One row's figures as people read them."""
    texts = {key: str(counts[key]) for key in COUNTED}
    texts["registered_share"] = shown_share(counts["registered"], counts["recognisable"])
    texts["met_share"] = shown_share(counts["met"], counts["recognisable"])
    return [texts[key] for key in ORDER]


def in_html(response):
    parser = Cells()
    parser.feed(response.text)
    rows = [*parser.rows["tbody"], *parser.rows["tfoot"]]
    return {row[0]: [text.replace("\u00a0", " ") for text in row[1:]] for row in rows}


def in_json(response):
    found = json.loads(response.content)
    rows = {}
    for row in [*found["rows"], found["totals"]]:
        texts = []
        for key in ORDER:
            value = row[key]
            texts.append(
                shown_share(value["part"], value["whole"])
                if isinstance(value, dict)
                else str(value)
            )
        rows[row["name"]] = texts
    return rows


def in_xlsx(response):
    sheet = load_workbook(io.BytesIO(response.content))["Báo cáo"]
    start, rows = int(re.sub(r"\D", "", sheet.freeze_panes)), {}
    for row in sheet.iter_rows(min_row=start, values_only=True):
        if len(row) > 1 and row[1] is not None:
            cells = zip(ORDER, row[1:], strict=True)
            rows[row[0]] = [
                _excel_text(value, is_share=key.endswith("_share")) for key, value in cells
            ]
    return rows


def _excel_text(value, *, is_share):
    if is_share and not isinstance(value, str):
        return f"{value * 100:.1f} %".replace(".", ",")
    return str(value)


def in_pdf(response, names):
    """Each row's words run together, as the paper's lines hold them."""
    reader = PdfReader(io.BytesIO(response.content))
    words = "".join("".join(page.extract_text().split()) for page in reader.pages)
    return {name: words.split("".join(name.split()), 1) for name in names}, words


CASES = [
    (YEAR, "province"), (YEAR, "na_meo"), (YEAR, "son_thuy"),
    (OF_OLD, "province"), (OF_OLD, "district"), (OF_OLD, "na_meo"),
]  # fmt: skip


@pytest.mark.parametrize("counting", [PLACE, LIST])
@pytest.mark.parametrize("grouping", ["xa", "loai-hinh"])
@pytest.mark.parametrize(("of", "name"), CASES)
def test_every_figure_equals_a_plain_count(of, name, grouping, counting, country, client):
    cast = country.cast
    if of != YEAR:
        move_to(of)
    rebuild_summaries(of)
    unit = country.district if name == "district" else getattr(cast, name)
    query = {"nam": of, "don_vi": unit.pk, "theo": grouping, "cach_tinh": counting}

    plain = counted_plainly(unit, of, grouping=grouping, counting=counting)
    html = asked(client, cast.tuan, **query)
    shown = in_html(html)

    expected = {_name(html, key): written(counts) for key, counts in plain.items()}
    total = {key: sum(counts[key] for counts in plain.values()) for key in COUNTED}
    expected["Tổng cộng"] = written(total)
    nothing = written(dict.fromkeys(COUNTED, 0))
    assert shown == {row: expected.pop(row, nothing) for row in shown}
    assert expected == {}
    for wanted, read in (("json", in_json), ("xlsx", in_xlsx)):
        assert read(asked(client, cast.tuan, **query, dinh_dang=wanted)) == shown, wanted
    _, words = in_pdf(asked(client, cast.tuan, **query, dinh_dang="pdf"), shown)
    for row, texts in shown.items():
        assert "".join(f"{row}{''.join(texts)}".split()) in words, row


def _name(response, key):
    """How the report calls a kind, or the unit with this id in the year it is of."""
    if not isinstance(key, int):
        return str(Kind(key).label)
    params = response.context["table"].parameters
    then = UnitVersion.objects.in_force(dt.date(params.year, 12, 31)).select_related("parent")
    version = then.get(unit=key)
    is_in_district = version.parent and version.parent.kind == Kind.DISTRICT
    if is_in_district and params.unit_kind == Kind.PROVINCE:
        return f"{version.name}, huyện Quan Sơn"
    return version.name


def test_both_ways_of_counting_hold_every_listed_unit_once(country, client):
    rebuild_summaries(YEAR)
    listed = RosterEntry.objects.filter(removed_at=None).values("unit").distinct().count()

    totals = [
        in_html(asked(client, country.cast.tuan, nam=YEAR, theo=grouping, cach_tinh=counting))["Tổng cộng"][0]
        for grouping in ("xa", "loai-hinh")
        for counting in (PLACE, LIST)
    ]  # fmt: skip

    assert totals == [str(listed)] * 4


def test_a_year_lists_the_map_of_its_end(country, client):
    cast = country.cast
    old = asked(client, cast.tuan, nam=OF_OLD)
    now = asked(client, cast.tuan, nam=YEAR)

    assert [row for row in in_html(old) if row != "Tổng cộng"] == [
        "Phường Hạc Thành", "Huyện Quan Sơn", "Xã Na Mèo, huyện Quan Sơn",
        "Xã Sơn Thủy, huyện Quan Sơn",
    ]  # fmt: skip
    assert [row for row in in_html(now) if row != "Tổng cộng"] == [
        "Phường Hạc Thành", "Xã Na Mèo", "Xã Sơn Thủy",
    ]  # fmt: skip


def test_viewer_of_schools_is_shown_schools_only(country, client):
    cast = country.cast
    rebuild_summaries(YEAR)
    viewer = make_person("giaoduc")
    give_role(viewer, Role.VIEWER, cast.province, kinds=[Kind.EDUCATIONAL_INSTITUTION])

    kinds = in_html(asked(client, viewer, nam=YEAR, theo="loai-hinh"))
    communes = asked(client, viewer, nam=YEAR)

    assert list(kinds) == ["Cơ sở giáo dục", "Tổng cộng"]
    assert in_html(communes)["Tổng cộng"][0] == "1"
    assert "Chỉ gồm loại hình được phân công theo dõi: cơ sở giáo dục." in communes.text


def test_another_province_is_not_there(country, client):
    rebuild_summaries(YEAR)
    nation = country.cast.nation
    other = make_unit(
        Kind.PROVINCE,
        "Thái Nguyên",
        parent=nation,
        sub_kind=SubKind.TINH,
        level=ManagingLevel.MINISTRY,
    )
    analyst = make_person("tonghop.thainguyen")
    give_role(analyst, Role.ANALYST, other)

    own = make_unit(
        Kind.COMMUNE, "Chợ Mới", parent=other, sub_kind=SubKind.XA, level=ManagingLevel.PROVINCE
    )
    rows = in_html(asked(client, analyst, nam=YEAR))
    assert set(rows) == {version_of(own).name, "Tổng cộng"}
    assert rows["Tổng cộng"] == written(dict.fromkeys(COUNTED, 0))
    assert asked(client, analyst, nam=YEAR, don_vi=country.cast.province.pk).status_code == 404


def test_outsider_commune_sees_its_own_only(country, client):
    rebuild_summaries(YEAR)
    cast = country.cast

    own = in_html(asked(client, cast.nga, nam=YEAR, theo="xa"))

    assert set(own) == {"Xã Sơn Thủy", "Tổng cộng"}
    assert asked(client, cast.nga, nam=YEAR, don_vi=cast.province.pk).status_code == 404


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"theo": "huyen"}, "Chỉ tổng hợp theo xa hoặc loai-hinh."),
        ({"cach_tinh": "x"}, "Chỉ tính dia-ban hoặc tham-quyen."),
    ],
)  # fmt: skip
def test_a_way_that_is_not_known_is_answered_in_words(query, message, country, client):
    page = asked(client, country.cast.tuan, nam=YEAR, **query)

    assert page.status_code == 400
    assert message in page.text


def test_a_unit_below_the_commune_has_no_such_report(country, client):
    page = asked(client, country.cast.tuan, nam=YEAR, don_vi=country.cast.che_lau.pk)

    assert page.status_code == 404


def test_registered_units_are_behind_the_tile_of_the_registered(country, client):
    client.force_login(country.cast.hoa)

    page = client.get(reverse("reports:index"), query_params={"nam": YEAR})

    tile = page.context["overview"].tiles[1]
    assert tile.label == "Đã đăng ký"
    assert tile.url.endswith("buoc=da-dang-ky")
