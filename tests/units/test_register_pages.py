"""The register's pages: search, tree, a unit's page, the forms that keep it."""

import pytest

from tests.cast import make_person, make_unit, version_of
from units.models import Kind, SubKind, Unit

LIST = "/don-vi/"


def page(client, user, url=LIST, **query):
    client.force_login(user)
    return client.get(url, query)


def names(response):
    return [row["cells"][0]["text"] for row in response.context["rows"]]


def test_list_begins_with_the_provinces(client, cast):
    assert names(page(client, cast.thu)) == ["Tỉnh Thanh Hóa"]


def test_list_goes_down_the_tree_in_vietnamese_order(client, cast):
    assert names(page(client, cast.lan, thuoc=cast.province.pk)) == ["Xã Na Mèo", "Xã Sơn Thủy"]
    assert names(page(client, cast.lan, thuoc=cast.na_meo.pk)) == ["Bản Ché Lầu", "Bản Hiềm"]


def test_list_does_not_go_below_a_commune_out_of_sight(client, cast):
    assert names(page(client, cast.nga, thuoc=cast.na_meo.pk)) == []


@pytest.mark.parametrize("words", ["na meo", "NA MÈO", "xã na", "meo na"])
def test_search_ignores_case_and_diacritics(client, cast, words):
    assert names(page(client, cast.nga, q=words)) == ["Xã Na Mèo"]


def test_search_finds_what_lies_below_only_in_sight(client, cast):
    assert names(page(client, cast.lan, q="che lau")) == ["Bản Ché Lầu"]
    assert names(page(client, cast.nga, q="che lau")) == []


def test_list_filters_by_kind_and_ignores_nonsense(client, cast):
    assert names(page(client, cast.lan, loai="commune")) == ["Xã Na Mèo", "Xã Sơn Thủy"]
    assert names(page(client, cast.thu, loai="planet", page="x")) == ["Tỉnh Thanh Hóa"]


def test_list_of_an_unknown_parent_is_not_found(client, cast):
    assert page(client, cast.lan, thuoc=999_999).status_code == 404


def test_list_answers_htmx_with_the_rows_alone(client, cast):
    client.force_login(cast.lan)

    response = client.get(LIST, {"q": "na meo"}, headers={"HX-Request": "true"})

    assert "Xã Na Mèo" in response.content.decode()
    assert "<html" not in response.content.decode()


@pytest.mark.parametrize("who", ["lan", "root"])
def test_list_costs_the_same_for_one_row_and_for_thirty(
    client, cast, who, django_assert_num_queries, django_assert_max_num_queries
):
    user = getattr(cast, who)
    page(client, user, thuoc=cast.na_meo.pk)
    with django_assert_max_num_queries(30) as first:
        page(client, user, thuoc=cast.na_meo.pk)
    for number in range(30):
        make_unit(Kind.RESIDENTIAL_AREA, f"Bản {number}", parent=cast.na_meo, sub_kind=SubKind.BAN)

    with django_assert_num_queries(len(first)):
        assert len(names(page(client, user, thuoc=cast.na_meo.pk))) == 32


def test_detail_shows_inside_only_to_whose_scope_it_lies_in(client, cast):
    url = f"/don-vi/{cast.na_meo.pk}/"

    inside, outside = page(client, cast.lan, url), page(client, cast.nga, url)

    assert "Số liệu và đầu mối liên hệ" in inside.content.decode()
    assert "Số liệu và đầu mối liên hệ" not in outside.content.decode()
    assert "Tên gọi qua các thời kỳ" in outside.content.decode()


def test_detail_below_the_commune_is_not_found_outside(client, cast):
    url = f"/don-vi/{cast.che_lau.pk}/"

    assert page(client, cast.lan, url).status_code == 200
    assert page(client, cast.nga, url).status_code == 404


def test_detail_costs_the_same_for_one_child_and_for_thirty(
    client, cast, django_assert_num_queries, django_assert_max_num_queries
):
    url = f"/don-vi/{cast.na_meo.pk}/"
    page(client, cast.lan, url)
    with django_assert_max_num_queries(30) as first:
        page(client, cast.lan, url)
    for number in range(30):
        make_unit(Kind.RESIDENTIAL_AREA, f"Bản {number}", parent=cast.na_meo, sub_kind=SubKind.BAN)

    with django_assert_num_queries(len(first)):
        page(client, cast.lan, url)


def test_stranger_without_role_reads_names_of_government_only(client, cast):
    stranger = make_person("stranger")

    assert page(client, stranger, f"/don-vi/{cast.na_meo.pk}/").status_code == 200
    assert page(client, stranger, f"/don-vi/{cast.che_lau.pk}/").status_code == 404


def test_pages_need_sign_in(client, cast):
    assert client.get(LIST).status_code == 302
    assert client.get(f"/don-vi/{cast.na_meo.pk}/").status_code == 302


def test_residential_area_is_added_by_form(client, cast):
    url = f"/don-vi/moi/?thuoc={cast.na_meo.pk}"
    client.force_login(cast.lan)
    assert client.get(url).status_code == 200

    typed = {
        "sub_kind": "ban",
        "name": "Sa Ná",
        "managing_level": "commune",
        "valid_from": "1/3/2026",
    }
    response = client.post(url, typed)

    unit = Unit.objects.latest("pk")
    assert response.url == unit.get_absolute_url()
    assert version_of(unit).name == "Bản Sa Ná"


def test_form_shows_the_refusal_beside_its_field(client, cast):
    client.force_login(cast.lan)
    typed = {"sub_kind": "ban", "name": "Ché Lầu", "managing_level": "commune"}

    response = client.post(f"/don-vi/moi/?thuoc={cast.na_meo.pk}", typed)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["name"]


@pytest.mark.parametrize(
    ("who", "status"), [("nga", 404), ("hoa", 403), ("binh", 200), ("thu", 200)]
)
def test_form_to_add_is_open_to_keepers(client, cast, who, status):
    url = f"/don-vi/moi/?thuoc={cast.na_meo.pk}"

    assert page(client, getattr(cast, who), url).status_code == status


@pytest.mark.parametrize("name", ["sua", "thay-doi", "ket-thuc", "so-lieu"])
@pytest.mark.parametrize(
    ("who", "status"), [("lan", 200), ("nga", 404), ("hoa", 403), ("tuan", 403)]
)
def test_keeping_pages_are_open_where_the_register_is_kept(client, cast, name, who, status):
    url = f"/don-vi/{cast.che_lau.pk}/{name}/"

    assert page(client, getattr(cast, who), url).status_code == status


def test_unit_is_corrected_revised_counted_and_closed_by_form(client, cast):
    client.force_login(cast.lan)
    base = f"/don-vi/{cast.che_lau.pk}/"
    facts = {"sub_kind": "ban", "name": "Ché Lầu", "managing_level": "commune"}

    client.post(base + "sua/", facts | {"name": "Che Lầu"})
    client.post(
        base + "thay-doi/",
        facts | {"sub_kind": "thon", "valid_from": "1/1/2026", "legal_act": "NQ 1"},
    )
    client.post(base + "so-lieu/", {"households": "1.057", "counted_on": "1/2/2026"})
    client.post(base + "ket-thuc/", {"ended_on": "1/6/2026", "legal_act": "NQ 2"})

    version = version_of(cast.che_lau)
    assert (version.name, version.households) == ("Thôn Ché Lầu", 1057)
    assert [row.name for row in cast.che_lau.versions.order_by("pk")] == [
        "Bản Che Lầu",
        "Thôn Ché Lầu",
    ]
    assert str(version.unit.ended_on) == "2026-06-01"


def test_wrong_head_counts_are_shown_not_saved(client, cast):
    client.force_login(cast.lan)

    response = client.post(f"/don-vi/{cast.che_lau.pk}/so-lieu/", {"households": "năm mươi"})

    assert response.status_code == 422
    assert version_of(cast.che_lau).households is None


def test_level_of_somebody_else_is_said_at_its_field_and_keeps_what_was_typed(client, cast):
    client.force_login(cast.lan)
    typed = {
        "sub_kind": "state_body", "name": "Hạt Kiểm lâm", "managing_level": "province",
        "enterprise_size": "", "valid_from": "", "legal_act": "",
    }  # fmt: skip

    answer = client.post(f"/don-vi/moi/?thuoc={cast.na_meo.pk}", typed)

    assert answer.status_code == 403
    assert "do cấp tỉnh quản lý" in str(answer.context["form"].errors["managing_level"])
    assert answer.context["form"]["name"].value() == "Hạt Kiểm lâm"
    assert "Hạt Kiểm lâm" in answer.content.decode()
