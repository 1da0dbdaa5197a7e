"""GET /api/v1/units/"""

import pytest

from tests.cast import make_unit
from units.models import Kind, SubKind

URL = "/api/v1/units/"


def names(client, user, **query):
    client.force_login(user)
    return [row["name"] for row in client.get(URL, query).json()["results"]]


def test_api_needs_sign_in(client, cast):
    assert client.get(URL).status_code in (401, 403)


def test_api_searches_without_diacritics(client, cast):
    assert names(client, cast.lan, search="na meo") == ["Xã Na Mèo"]


def test_api_shows_government_to_all_and_the_rest_in_scope(client, cast):
    assert names(client, cast.nga, search="ban") == ["Bản Chung Sơn", "Bản Thủy Thành"]
    assert names(client, cast.nga, kind="commune") == ["Xã Na Mèo", "Xã Sơn Thủy"]
    assert names(client, cast.nga, parent=cast.na_meo.pk) == []


def test_api_shows_one_unit_with_the_fields_of_the_contract(client, cast):
    client.force_login(cast.lan)

    body = client.get(f"{URL}{cast.na_meo.pk}/").json()

    assert body == {
        "id": cast.na_meo.pk,
        "kind": "commune",
        "kind_label": "Xã, phường, đặc khu",
        "sub_kind": "xa",
        "sub_kind_label": "xã",
        "name": "Xã Na Mèo",
        "code": "15013",
        "valid_from": None,
        "legal_act": "",
        "parent": cast.province.pk,
        "province": cast.province.pk,
        "managing_level": "province",
        "ended_on": None,
    }


def test_api_unit_out_of_scope_is_not_found(client, cast):
    client.force_login(cast.nga)

    assert client.get(f"{URL}{cast.che_lau.pk}/").status_code == 404


@pytest.mark.parametrize("query", [{"kind": "planet"}, {"parent": "x"}])
def test_api_says_what_is_wrong_with_a_filter(client, cast, query):
    client.force_login(cast.lan)

    response = client.get(URL, query)

    assert response.status_code == 400
    assert list(response.json()) == list(query)


def test_api_cannot_write(client, cast):
    client.force_login(cast.root)

    assert client.post(URL, {}).status_code == 405


def test_api_costs_the_same_for_one_row_and_for_thirty(
    client, cast, django_assert_num_queries, django_assert_max_num_queries
):
    names(client, cast.lan)
    with django_assert_max_num_queries(30) as first:
        client.get(URL, {"parent": cast.na_meo.pk})
    for number in range(30):
        make_unit(Kind.RESIDENTIAL_AREA, f"Bản {number}", parent=cast.na_meo, sub_kind=SubKind.BAN)

    with django_assert_num_queries(len(first)):
        assert len(client.get(URL, {"parent": cast.na_meo.pk}).json()["results"]) == 32
