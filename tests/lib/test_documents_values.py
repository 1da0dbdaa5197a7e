"""Snapshots, letters and standing words of the papers."""

import json
import unicodedata
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from antq_portal.lib import documents
from antq_portal.lib.documents import letters, parts, wording
from antq_portal.lib.documents.snapshot import PAPERS
from tests.lib import paper_samples as samples

EVERY_PAPER = {paper.slug: paper for paper in samples.every_paper()}


@pytest.mark.parametrize("slug", sorted(PAPERS))
def test_snapshot_round_trip_through_json(slug):
    paper = EVERY_PAPER[slug]

    stored = json.loads(json.dumps(documents.to_snapshot(paper)))

    assert documents.from_snapshot(stored) == paper
    assert documents.canonical_json(documents.from_snapshot(stored)) == documents.canonical_json(
        paper
    )


def test_snapshot_holds_plain_values_with_sorted_keys():
    snapshot = documents.to_snapshot(samples.classification(4))

    content = snapshot["content"]
    assert list(content) == sorted(content)
    assert content["letterhead"]["issued_on"] == "2026-11-13"
    assert content["items"][0]["points"] == "97.25"


def test_snapshot_keeps_outcomes_of_units_that_are_not_in_the_annex():
    items = documents.to_snapshot(samples.recognition(3, not_met=2))["content"]["items"]

    assert [item["met"] for item in items] == [True, True, True, False, False]


def test_snapshot_of_unknown_paper_or_field_is_refused():
    snapshot = documents.to_snapshot(samples.notice())

    with pytest.raises(ValueError, match="loại hoặc phiên bản lạ"):
        documents.from_snapshot({**snapshot, "paper": "letter"})
    with pytest.raises(ValueError, match="loại hoặc phiên bản lạ"):
        documents.from_snapshot({**snapshot, "schema": 2})
    with pytest.raises(ValueError, match="trường lạ: colour"):
        documents.from_snapshot({**snapshot, "content": {**snapshot["content"], "colour": "red"}})


def test_content_digest_changes_with_the_content_only():
    paper = samples.recognition()

    assert documents.content_digest(paper) == documents.content_digest(samples.recognition())
    assert documents.content_digest(paper) != documents.content_digest(replace(paper, year=2027))


def test_decomposed_text_gives_the_same_snapshot_and_html():
    paper = samples.recognition()
    loose = replace(paper, area=unicodedata.normalize("NFD", paper.area))

    assert documents.to_snapshot(loose) == documents.to_snapshot(paper)
    assert documents.render_html(loose) == documents.render_html(paper)


def test_recognition_without_a_unit_that_meets_the_standard_is_refused():
    with pytest.raises(ValueError, match="ít nhất một đơn vị đạt"):
        samples.recognition(0, not_met=2)


def test_classification_refuses_unknown_class_and_empty_list():
    item = documents.ClassificationItem(name="Bản Son", points=Decimal(90), band="Tốt")

    with pytest.raises(ValueError, match="không có trong quy định: Tốt"):
        samples.classification(items=(item,))
    with pytest.raises(ValueError, match="ít nhất một đơn vị"):
        samples.classification(items=())


def test_shares_are_cut_and_counted_over_all_units():
    rows = parts.count_classes(("Xuất sắc", "Khá"), ["Xuất sắc"] * 2 + ["Khá"])

    assert [(row.count, row.total) for row in rows] == [(2, 3), (1, 3)]
    item = documents.ClassificationItem(name="Bản", points=Decimal(90), band="Xuất sắc")
    items = (item, item, replace(item, band="Khá"))
    html = documents.render_html(samples.classification(items=items))
    assert "66,6\u00a0%" in html
    assert "66,7" not in html


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 2, 5), "ngày 05 tháng 02 năm 2026"),
        (date(2026, 1, 31), "ngày 31 tháng 01 năm 2026"),
        (date(2026, 3, 9), "ngày 09 tháng 3 năm 2026"),
        (date(2026, 11, 13), "ngày 13 tháng 11 năm 2026"),
    ],
)
def test_date_words(day, words):
    assert letters.date_words(day).replace("\u00a0", " ") == words


@pytest.mark.parametrize(
    ("number", "shown"),
    [("5", "05/QĐ-UBND"), ("05", "05/QĐ-UBND"), ("12", "12/QĐ-UBND"), ("12a", "12a/QĐ-UBND")],
)
def test_number_takes_a_leading_zero_below_ten(number, shown):
    assert letters.number_of(number, "QĐ-UBND") == shown


@pytest.mark.parametrize(
    ("count", "shown"), [(0, "0"), (1, "01"), (9, "09"), (10, "10"), (1204, "1.204")]
)
def test_counts_take_a_leading_zero_below_ten(count, shown):
    assert letters.counted(count) == shown


def test_ended_replaces_any_closing_mark():
    assert letters.ended("Như Điều 4; ", ".") == "Như Điều 4."
    assert letters.ended("thi hành./.", "./.") == "thi hành./."


@pytest.mark.parametrize(
    ("on", "named"),
    [
        (date(2024, 12, 1), "ngày 19 tháng 6 năm 2015"),
        (date(2025, 3, 1), "65/2025/QH15"),
        (date(2025, 6, 15), "65/2025/QH15"),
        (date(2025, 6, 16), "72/2025/QH15"),
        (date(2026, 11, 13), "72/2025/QH15"),
    ],
)
def test_law_on_local_government_is_the_one_in_force(on, named):
    assert named in wording.local_government_law(on)


def test_law_on_local_government_before_the_first_is_refused():
    with pytest.raises(ValueError, match="31/12/2015"):
        wording.local_government_law(date(2015, 12, 31))


def test_signing_capacity_of_head_deputy_and_collective():
    assert wording.signing_capacity(title="Chủ tịch") == ("CHỦ TỊCH",)
    assert wording.signing_capacity(
        title="Chủ tịch", on_behalf_of="Ủy ban nhân dân", deputy_title="Phó Chủ tịch"
    ) == ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")
