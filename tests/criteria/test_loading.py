"""The reviewed files: they load, they load once, and what is wrong with a file is said."""

import unicodedata
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from criteria.exceptions import CriteriaRefused
from criteria.models import AuthorityRule, CriteriaSet, Criterion
from criteria.selectors import criteria_set_in_force, definition_of
from criteria.services import load_criteria, loading
from criteria.sources import REGULATIONS
from tests.criteria.sheets import source_of

FILES = sorted(REGULATIONS.glob("*.yaml"))
CODES = [path.name.split("@")[0] for path in FILES if "@" in path.name]
RECOGNITION = REGULATIONS / "tt124-residential-area@2022-02-10.yaml"
AGENCY = REGULATIONS / "tt124-agency-enterprise@2022-02-10.yaml"
CLASSIFICATION = REGULATIONS / "qd510-provisional-residential-area@2023-11-01.yaml"


@pytest.fixture
def loaded(db):
    return load_criteria()


@pytest.fixture
def changed(tmp_path):
    """Write a reviewed file with some words replaced, under the same name."""

    def write(path: Path, *replacements: tuple[str, str]) -> Path:
        text = path.read_text(encoding="utf-8")
        for old, new in replacements:
            assert old in text
            text = text.replace(old, new, 1)
        target = tmp_path / path.name
        target.write_text(text, encoding="utf-8")
        return target

    return write


def refusal(*paths):
    with pytest.raises(CriteriaRefused) as caught:
        load_criteria(paths)
    return caught.value.problems


def test_load_criteria_publishes_every_reviewed_set(loaded):
    assert len(loaded.published) == 9
    assert CriteriaSet.objects.filter(published_at__isnull=False, published_by=None).count() == 9
    assert Criterion.objects.filter(kind="requirement").count() == 82
    assert Criterion.objects.filter(kind="points").count() == 124


def test_load_criteria_twice_changes_nothing(loaded):
    before = list(CriteriaSet.objects.order_by("pk").values())
    rules = list(AuthorityRule.objects.order_by("pk").values())

    again = load_criteria()

    assert (again.published, len(again.unchanged), again.authority_written) == ((), 9, 0)
    assert again.authority_unchanged == len(rules)
    assert list(CriteriaSet.objects.order_by("pk").values()) == before
    assert list(AuthorityRule.objects.order_by("pk").values()) == rules


@pytest.mark.parametrize("code", CODES)
def test_what_is_read_back_is_what_the_file_says(loaded, code):
    source = source_of(code)
    stored = definition_of(CriteriaSet.objects.get(code=code))

    assert stored.bands == source.definition.bands
    assert stored.rules == source.definition.rules
    assert len(stored.disabled_rows) == len(source.definition.disabled_rows)
    for row in source.definition.rows:
        found = stored.row(row.code)
        assert found.id
        for name in row.__dataclass_fields__.keys() - {"id"}:
            assert getattr(found, name) == getattr(row, name), (row.code, name)
    for group, expected in zip(stored.groups, source.definition.groups, strict=True):
        assert (group.code, group.heading, group.note) == (
            *(expected.code, expected.heading, expected.note),
        )
    for name in ("declared_total", "bonus_cap", "na_rule", "title", "window_from", "decide_before"):
        assert getattr(stored, name) == getattr(source.definition, name)


def test_provisional_sets_say_so(loaded):
    notices = {
        found.code.split("-")[0]: found.notice for found in CriteriaSet.objects.order_by("code")
    }

    assert notices == {
        "qd510": "Bộ tiêu chí tạm thời, cần đối chiếu văn bản gốc",
        "tt124": "Tiêu chí do cổng tóm lược, cần đối chiếu văn bản gốc",
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_reviewed_files_are_in_nfc(path):
    text = path.read_text(encoding="utf-8")

    assert unicodedata.is_normalized("NFC", text)


def test_a_published_set_with_other_content_is_refused_with_both_hashes(loaded, changed):
    path = changed(RECOGNITION, ("Trong Quý I, chi bộ", "Trong quý I, chi bộ"))
    stored = CriteriaSet.objects.get(code="tt124-residential-area")

    (problem,) = refusal(path)

    assert problem.startswith(f"tệp {path.name}, bộ tt124-residential-area: bộ đã công bố")
    assert stored.source_sha256 in problem
    assert problem.count("tệp này") == 1
    stored.refresh_from_db()
    assert Criterion.objects.get(criteria_set=stored, code="4.1.i").text.startswith("Trong Quý I")


def test_a_comment_is_no_change_of_content(loaded, changed):
    path = changed(RECOGNITION, ("schema:", "# đã đối chiếu ngày 01/12\nschema:"))

    assert load_criteria([path]).unchanged == ("tt124-residential-area",)


def test_a_correction_is_a_new_set_with_a_new_first_day(loaded, changed):
    path = changed(
        RECOGNITION,
        ("effective_from: 2022-02-10", "effective_from: 2027-01-01"),
        ("Trong Quý I, chi bộ", "Trong quý I, chi bộ"),
    )

    assert load_criteria([path]).published == ("tt124-residential-area",)
    first_days = CriteriaSet.objects.filter(code="tt124-residential-area")
    assert first_days.count() == 2


def test_a_draft_of_the_same_set_is_replaced(db):
    draft = CriteriaSet.objects.create(
        code="tt124-residential-area",
        scheme="recognition",
        unit_kinds=["residential_area"],
        title="Bản nháp",
        regulation_number="x",
        regulation_issued_on="2021-12-28",
        effective_from="2022-02-10",
        provenance="digest",
        source_sha256="0" * 64,
    )
    Criterion.objects.create(
        criteria_set=draft, code="x", position=1, kind="requirement", answer_type="yes_no", text="x"
    )

    load_criteria([RECOGNITION])

    assert CriteriaSet.objects.get(code="tt124-residential-area").title == "Khu dân cư"


FIRST_LEVELS = """\
    levels:
    - {points: 5, when: "ban hành trong Quý I"}
    - {points: 3, when: "ban hành sau Quý I"}
    - {points: 0, when: "không có"}
"""
WRONG_SETS = [
    (RECOGNITION, ("threshold: 100", "threshold: 101"), "dòng 4.1.iii: `threshold` phải từ 1"),
    (RECOGNITION, ("answer: percentage", "answer: share"), "dòng 4.1.iii: `answer` không biết “share”"),
    (RECOGNITION, ("    numerator: ", "    numbers: "), "dòng 4.1.iii: không biết khóa `numbers`"),
    (RECOGNITION, ('code: "4.1.ii"', 'code: "4.1.i"'), "mã “4.1.i” dùng 2 lần"),
    (RECOGNITION, ("[bat_kha_khang, ", "[loi_tai_troi, "), "không biết ngoại lệ “loi_tai_troi”"),
    (RECOGNITION, ('counters: ["Số vụ việc"]', "counters: []"), "dòng 4.3.a: thiếu `counters`"),
    (RECOGNITION, ("answer: yes_no", "answer: yes_no\n    minimum: 2"), "kiểu yes_no không có `minimum`"),
    (RECOGNITION, ("answer: yes_no", "answer: yes_no\n    exceptions: [bat_kha_khang]"), "chỉ dòng đếm"),
    (RECOGNITION, ('- {code: not_met, label: "Chưa đạt"}\n', ""), "đúng hai mức met, not_met"),
    (RECOGNITION, ('from: "11-01"', 'from: "02-30"'), "`from` phải có dạng tháng-ngày"),
    (RECOGNITION, ("unit_kinds: [residential_area]", "unit_kinds: [village]"), "loại hình “village”"),
    (RECOGNITION, ("provenance: digest", "provenance: rumour"), "`provenance` không biết “rumour”"),
    (RECOGNITION, ("schema: antq.criteria/2", "schema: antq.criteria/9"), "`schema` không biết"),
    (RECOGNITION, ("effective_from: 2022-02-10", "effective_from: soon"), "`effective_from` phải là ngày"),
    (CLASSIFICATION, ("points: 5\n    levels:\n    - {points: 5", "points: 6\n    levels:\n    - {points: 6"),
     "điểm chuẩn các dòng cộng lại là 101, khai báo `total` 100"),
    (CLASSIFICATION, ("    points: 5", "    points: 4"), "dòng A1: nấc cao nhất là 5, khác điểm chuẩn"),
    (CLASSIFICATION, ("{points: 3, when: \"ban hành sau", "{points: 5, when: \"ban hành sau"),
     "dòng A1: các nấc điểm phải giảm dần"),
    (CLASSIFICATION, ("{points: 0, when: \"không có\"}", "{points: 1, when: \"không có\"}"),
     "dòng A1: nấc thấp nhất là 1, phải là 0"),
    (CLASSIFICATION, ("from: 0}", "from: 10}"), "các mức không phủ từ 0"),
    (CLASSIFICATION, ("from: 70}", "from: 95}"), "`from` của các mức phải giảm dần"),
    (CLASSIFICATION, ("from: 90}", "from: 100}"), "mức cao nhất bắt đầu từ tổng điểm"),
    (CLASSIFICATION, ("- veto_forces_lowest", "- moon_is_full"), "không biết quy tắc “moon_is_full”"),
    (CLASSIFICATION, ("rule: in_first_quarter", "rule: guess"), "không biết cách đề xuất “guess”"),
    (CLASSIFICATION, ('from: ["4.1.i"]', 'from: ["9.9"]'), "theo dòng “9.9” mà bộ công nhận"),
    (CLASSIFICATION, ("steps: [100, 95, 80]", "steps: [100, 95]"), "phải có 3 số, đang có 2"),
    (CLASSIFICATION, ('rule: percentage_steps, from: ["4.1.iii"]', 'rule: percentage_steps, from: ["4.1.ii"]'),
     "percentage_steps không đọc được dòng “4.1.ii” kiểu yes_no"),
    (CLASSIFICATION, ("origin: mirrors_tt124", "origin: dream"), "không biết `origin` “dream”"),
    (CLASSIFICATION, ("na_rule: full_points", "na_rule: half"), "`na_rule` không biết “half”"),
    (RECOGNITION, ("unit_kinds: [residential_area]", "unit_kinds: []"), "thiếu `unit_kinds`"),
    (RECOGNITION, ("{code: not_met,", "{code: met,"), "mức kết quả trùng mã"),
    (RECOGNITION, ("groups:", "total: 100\ngroups:"), "bộ công nhận không có `total`"),
    (RECOGNITION, ("answer: yes_no", "answer: none"), "kiểu trả lời “none” không dùng cho dòng"),
    (RECOGNITION, ('    evidence: ["Nhận xét trong biên bản họp đánh giá"]\n', ""), "dòng 4.2: thiếu `evidence`"),
    (AGENCY, ("minimum: 1", "minimum: 0"), "dòng 6.1.v: `minimum` phải từ 1"),
    (CLASSIFICATION, (FIRST_LEVELS, ""), "dòng A1: thiếu `levels`"),
    (RECOGNITION, ("sensitive: true", "sensitive: yes please"), "`sensitive` phải là true hoặc false"),
    (RECOGNITION, ("threshold: 100", "threshold: -1"), "`threshold` không được âm"),
    (RECOGNITION, ("threshold: 100", "threshold: true"), "`threshold` phải là số nguyên"),
    (RECOGNITION, ('title: "Khu dân cư"', "title: \"" + "x" * 201 + '"'), "`title` dài quá 200 ký tự"),
    (RECOGNITION, ('title: "Khu dân cư"\n', ""), "thiếu `title`"),
    (RECOGNITION, ('counters: ["Số vụ việc"]', "counters: [1]"), "`counters` phải là danh sách chữ"),
    (RECOGNITION, ("window: {from", "window: soon\nwindows: {from"), "`window` phải là bảng"),
    (RECOGNITION, ("- {code: met, label: \"Đạt\"}", "- met"), "mức ?: phải là một bảng"),
    (CLASSIFICATION, ("from: 0}", "}"), "mỗi mức phải có `from`"),
    (CLASSIFICATION, ("from: 90}", "from: 90.005}"), "`from` của các mức chỉ được lẻ đến hai"),
    (CLASSIFICATION, ("total: 100\n", ""), "thiếu `total`"),
    (CLASSIFICATION, ("    points: 5", "    answer: yes_no\n    points: 5"), "dòng có điểm thì chấm theo nấc"),
    (CLASSIFICATION, ("{points: 3, when: \"ban hành sau", "{points: 3.005, when: \"ban hành sau"),
     "dòng A1: điểm chỉ được lẻ đến hai"),
    (CLASSIFICATION, ("{rule: in_first_quarter, from", "{from"), "`propose` thiếu `rule`"),
    (CLASSIFICATION, ('rule: in_first_quarter, from: ["4.1.i"]', "rule: in_first_quarter"),
     "in_first_quarter cần 1 dòng nguồn, đang có 0"),
    (CLASSIFICATION, ('rule: all_met, from: ["4.2"]', "rule: all_met"), "all_met cần ít nhất 1 dòng nguồn"),
    (CLASSIFICATION, ("{points: 4, when: \"giữ nguyên\"}\n    - ", ""), "trend cần ít nhất 3 nấc điểm"),
    (CLASSIFICATION, ("steps: [100, 95, 80]", "steps: [a, b, c]"), "`steps` phải là danh sách số"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "replacement", "message"), WRONG_SETS)
def test_a_wrong_set_is_refused_naming_file_set_and_row(db, changed, path, replacement, message):
    wrong = changed(path, replacement)
    others = [RECOGNITION] if path == CLASSIFICATION else []

    problems = refusal(wrong, *others)

    code = path.name.split("@")[0]
    assert any(message in problem for problem in problems), problems
    assert all(problem.startswith(f"tệp {path.name}, bộ {code}") for problem in problems)
    assert not CriteriaSet.objects.exists()


def test_a_key_written_twice_is_refused(db, changed):
    (problem,) = refusal(changed(RECOGNITION, ("scheme: ", "scheme: recognition\nscheme: ")))

    assert "khóa viết hai lần: scheme" in problem


def test_a_broken_file_is_refused(db, tmp_path):
    path = tmp_path / "x@2022-01-01.yaml"
    path.write_text("a: [", encoding="utf-8")

    (problem,) = refusal(path)

    assert problem.startswith(f"tệp {path.name}: không đọc được")


def test_a_file_that_is_no_mapping_is_refused(db, tmp_path):
    path = tmp_path / "x@2022-01-01.yaml"
    path.write_text("- a\n- b\n", encoding="utf-8")

    assert refusal(path) == (f"tệp {path.name}: tệp phải là một bảng khóa: giá trị",)


def test_a_reviewed_file_bears_the_name_of_its_set(db, changed, monkeypatch):
    path = changed(RECOGNITION).rename(changed(RECOGNITION).with_name("khac@2022-02-10.yaml"))
    monkeypatch.setattr(loading, "REGULATIONS", path.parent)

    assert refusal(path) == (
        f"tệp {path.name}: phải tên là tt124-residential-area@2022-02-10.yaml",
    )


def test_a_missing_file_is_refused(db, tmp_path):
    (problem,) = refusal(tmp_path / "none.yaml")

    assert problem.startswith("tệp none.yaml: không đọc được")


def test_text_that_is_not_nfc_is_refused(db, tmp_path):
    path = tmp_path / RECOGNITION.name
    text = RECOGNITION.read_text(encoding="utf-8")
    path.write_text(unicodedata.normalize("NFD", text), encoding="utf-8")

    assert "chữ trong tệp không ở dạng NFC" in refusal(path)[0]


def test_proposals_need_the_recognition_set_of_the_same_kind(db):
    problems = refusal(CLASSIFICATION)

    assert all("không có bộ công nhận nào cho loại hình này" in problem for problem in problems)


def test_proposals_may_rest_on_a_set_published_before(db):
    load_criteria([RECOGNITION])

    assert load_criteria([CLASSIFICATION]).published == ("qd510-provisional-residential-area",)


def test_one_wrong_file_keeps_all_others_out(db, changed):
    refusal(changed(RECOGNITION, ("threshold: 100", "threshold: 0")), CLASSIFICATION)

    assert not CriteriaSet.objects.exists()


def test_the_command_says_what_it_did_and_what_is_wrong(db, changed, capsys):
    call_command("load_criteria", str(RECOGNITION))

    assert capsys.readouterr().out == (
        "  công bố tt124-residential-area\n"
        "Bộ tiêu chí: 1 mới, 0 giữ nguyên. Quy định thẩm quyền: 0 ghi, 0 giữ nguyên.\n"
    )
    with pytest.raises(CommandError, match="Không nạp gì cả:\ntệp tt124"):
        call_command("load_criteria", str(changed(RECOGNITION, ("title: ", "title: x "))))


def test_wrong_authority_rules_are_refused(db, changed):
    path = REGULATIONS / "authority.yaml"

    assert "`organ` không biết “vua”" in refusal(changed(path, ("organ: ubnd", "organ: vua")))[0]
    assert (
        "`kinds` không biết “city”"
        in refusal(changed(path, ("kinds: [residential_area]", "kinds: [city]")))[0]
    )
    twice = changed(
        path, ("managing_levels: [district, province]", "managing_levels: [province, province]")
    )
    assert "hai quy định cho cùng" in refusal(twice)[0]
    assert not AuthorityRule.objects.exists()


def test_a_changed_authority_rule_is_written_again(loaded, changed):
    path = changed(
        REGULATIONS / "authority.yaml", ("  certainty: read\n", "  certainty: inferred\n")
    )

    assert load_criteria([path]).authority_written == 1
    assert load_criteria([path]).authority_written == 0


def test_a_definition_is_read_in_four_queries_and_then_from_memory(
    loaded, django_assert_num_queries
):
    criteria_set = CriteriaSet.objects.get(code="qd510-provisional-commune")

    with django_assert_num_queries(4):
        first = definition_of(criteria_set)
    with django_assert_num_queries(0):
        second = definition_of(criteria_set)

    assert second is first
    assert first.by_id[first.row("A1").id] is first.row("A1")


@pytest.mark.parametrize(
    ("scheme", "kind", "day", "code"),
    [
        ("recognition", "residential_area", "2022-02-10", "tt124-residential-area"),
        ("recognition", "residential_area", "2022-02-09", None),
        ("recognition", "enterprise", "2026-01-01", "tt124-agency-enterprise"),
        ("recognition", "district", "2026-01-01", None),
        ("classification", "commune", "2023-11-01", "qd510-provisional-commune"),
        ("classification", "commune", "2023-10-31", None),
        ("classification", "district", "2024-01-01", "qd510-provisional-district"),
    ],
)
def test_the_set_in_force_on_a_day(loaded, scheme, kind, day, code):
    found = criteria_set_in_force(scheme=scheme, kind=kind, day=day, province_id=None)

    assert (found.code if found else None) == code


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("tt124-residential-area", ("2025-11-01", "2026-10-31", "2026-03-31", "2026-11-15")),
        ("tt124-commune", ("2025-11-16", "2026-11-15", "2026-03-31", "2026-11-20")),
        ("qd510-provisional-residential-area", ("2025-11-01", "2026-10-31", "None", "2026-11-20")),
        ("qd510-provisional-agency-enterprise", ("2025-11-16", "2026-11-15", "None", "2026-11-30")),
        ("qd510-provisional-district", ("2025-11-16", "2026-11-15", "None", "2026-12-15")),
    ],
)
def test_the_dates_offered_for_a_season(code, expected):
    dates = source_of(code).definition.season_dates(2026)

    found = (dates.window_from, dates.window_to, dates.register_by, dates.decide_before)
    assert tuple(str(day) for day in found) == expected
