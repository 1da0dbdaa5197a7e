from decimal import Decimal

import pytest

from antq_portal.lib import text

SORTED = [
    "2 tháng 9",
    "Bản 2",
    "Bản 10",
    "bản Bó",
    "Bản Na",
    "Bán Na Mèo",
    "Chiềng",
    "Dân",
    "Đăng",
    "Đâng",
    "Eo",
    "Ếch",
    "Na Mèo",
    "Nà Mèo",
    "Nả Mèo",
    "Nã Mèo",
    "Ná Mèo",
    "Nạ Mèo",
    "Năm",
    "Nấm",
    "Quan Sơn",
    "Quang",
    "Tam Lư",
    "Tam Thanh",
]


@pytest.mark.parametrize("backwards", [False, True])
def test_sort_key_gives_vietnamese_order(backwards):
    assert sorted(SORTED[::-1] if backwards else SORTED, key=text.sort_key) == SORTED


def test_sort_key_follows_the_whole_alphabet():
    assert sorted(text.ALPHABET, key=text.sort_key) == list(text.ALPHABET)


def test_sort_key_follows_the_six_tones():
    keys = [text.sort_key(word) for word in ("ma", "mà", "mả", "mã", "má", "mạ")]

    assert keys == sorted(set(keys))


def test_sort_key_ignores_case_form_and_place_of_the_tone():
    assert text.sort_key("HÒA BÌNH") == text.sort_key("Hoà  Bi\u0300nh")


def test_sort_key_holds_only_digits_and_small_letters():
    key = text.sort_key("Tổ dân phố số 12, đường Lê Lợi (cũ)")

    assert set(key) <= set("0123456789abcdefghijklmnopqrstuvwxyz")


def test_sort_key_bears_very_long_numbers_and_foreign_letters():
    assert text.sort_key("Bản " + "9" * 80) > text.sort_key("Bản 10")
    assert text.sort_key("Zürich") < text.sort_key("Ωmega")


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ("Xã Na Mèo", "xa na meo"),
        ("ĐẶNG Đình  Đức", "dang dinh duc"),
        ("Thôn Bản Bo\u0301", "thon ban bo"),
        ("12/QĐ-UBND", "12 qd ubnd"),
        ("", ""),
    ],
)
def test_search_key_drops_case_marks_and_signs(given, key):
    assert text.search_key(given) == key


@pytest.mark.parametrize(
    ("query", "found"), [("na meo", True), ("meo xa", True), ("eo", False), ("", True)]
)
def test_matches_by_beginning_of_words(query, found):
    assert text.matches(query, "Xã Na Mèo") is found


def test_unaccented_keeps_case():
    assert text.unaccented("Đỗ Ước") == "Do Uoc"


def test_slug_for_file_names():
    assert text.slug("Xã Na Mèo: năm 2026") == "xa-na-meo-nam-2026"


def test_clean_makes_one_composed_line():
    assert text.clean(" Na\u200b  Me\u0300o\n") == "Na Mèo"


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("12", "12"),
        ("1.399", "1399"),
        ("1 399", "1399"),
        ("1.399,5", "1399.5"),
        ("8,25", "8.25"),
        ("8.5", "8.5"),
        ("8.25", "8.25"),
        ("0,5", "0.5"),
        ("-3", "-3"),
        ("−3", "-3"),
        ("+3", "3"),
        ("100", "100"),
        ("1.000.000", "1000000"),
        ("1,399", "1.399"),
    ],
)
def test_parse_number_reads_what_officers_type(typed, value):
    assert text.parse_number(typed) == Decimal(value)


@pytest.mark.parametrize("typed", ["", "abc", "1.39.9", "1,2,3", "1.3999", ",5", "12a", "--1"])
def test_parse_number_refuses_what_is_unclear(typed):
    with pytest.raises(ValueError, match="không phải là số"):
        text.parse_number(typed)


def test_parse_whole_reads_thousands_and_refuses_fractions():
    assert text.parse_whole("1.399") == 1399
    with pytest.raises(ValueError, match="số nguyên"):
        text.parse_whole("1,5")


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (Decimal("8.50"), None, "8,5"),
        (Decimal("8.259"), None, "8,25"),
        (Decimal("8.259"), 1, "8,2"),
        (Decimal(8), 2, "8,00"),
        (1399, None, "1.399"),
        (1234567, 0, "1.234.567"),
        (-3, None, "−3"),
        (Decimal("-0.001"), None, "0"),
        (0, None, "0"),
        (Decimal("1E+3"), None, "1.000"),
        (99.99, 0, "99"),
    ],
)
def test_number_text_cuts_and_never_rounds_up(value, decimals, shown):
    assert text.number_text(value, decimals) == shown


@pytest.mark.parametrize(
    ("part", "whole", "decimals", "shown"),
    [
        (24999, 25000, 1, "99,9\u00a0%"),
        (24999, 25000, 0, "99\u00a0%"),
        (25000, 25000, 1, "100,0\u00a0%"),
        (2, 3, 2, "66,66\u00a0%"),
        (0, 7, 0, "0\u00a0%"),
        (0, 0, 1, "–"),
    ],
)
def test_share_text_never_shows_more_than_is_true(part, whole, decimals, shown):
    assert text.share_text(part, whole, decimals) == shown
