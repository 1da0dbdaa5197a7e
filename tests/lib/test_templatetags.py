import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template import Context, RequestContext, Template
from django.utils import timezone

from antq_portal.lib.palette import OUTCOMES
from antq_portal.lib.words import OUTCOME_SHAPES, STATUSES


def shown(source, **context):
    return Template("{% load portal %}" + source).render(Context(context)).strip()


@pytest.mark.parametrize(
    ("source", "value", "text"),
    [
        ("{{ x|number }}", Decimal("8.50"), "8,5"),
        ("{{ x|number:2 }}", 8, "8,00"),
        ("{{ x|number:1 }}", Decimal("99.99"), "99,9"),
        ("{{ x|number }}", 1399, "1.399"),
        ("{{ x|number }}", "1.181", "1.181"),
        ("{{ x|number }}", None, "–"),
        ("{{ x|number }}", "", "–"),
        ("{{ x|number }}", "chưa chấm", "chưa chấm"),
        ("{{ x|vi_date }}", date(2026, 11, 14), "14/11/2026"),
        ("{{ x|vi_date }}", None, "–"),
        ("{{ x|vi_official }}", date(2026, 2, 5), "ngày 05 tháng 02 năm 2026"),
        ("{{ x|vi_official }}", None, "–"),
        ("{{ x|lookup:2 }}", {2: "hai"}, "hai"),
        ("{{ x|lookup:2 }}", None, "None"),
        ("{{ x|at:1 }}", ["a", "b"], "b"),
        ("{{ x|at:9 }}", ["a"], "None"),
    ],
)
def test_filters(source, value, text):
    assert shown(source, x=value) == text


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(24999, 25000, "99,9\u00a0%"), (3, 3, "100,0\u00a0%"), (None, None, "–")],
)
def test_percent_is_cut(part, whole, text):
    assert shown("{% percent part whole %}", part=part, whole=whole) == text


@time_machine.travel(datetime(2026, 11, 12, 3, 0, tzinfo=UTC), tick=False)
def test_days_and_times_are_local_and_short_when_near():
    now = timezone.now()

    assert shown("{{ x|vi_day }}", x=date(2026, 11, 14)) == "thứ Bảy 14/11"
    assert shown("{{ x|vi_day }}", x=date(2025, 11, 14)) == "thứ Sáu 14/11/2025"
    assert shown("{{ x|vi_time }}", x=now) == "10:00"
    late_evening = datetime(2026, 11, 10, 18, 30, tzinfo=UTC)
    assert shown("{{ x|vi_time }}", x=late_evening) == "01:30 ngày 11/11/2026"
    assert shown("{{ x|vi_date }}", x=late_evening) == "11/11/2026"
    assert shown("{{ x|vi_time }}", x=None) == "–"
    assert shown("{{ x|vi_day }}", x=None) == "–"


@time_machine.travel(datetime(2026, 11, 12, 3, 0, tzinfo=UTC), tick=False)
def test_deadline_line_says_day_rest_and_milestone():
    html = shown('{% deadline_line day "mốc của xã: trình ký 11/11" %}', day=date(2026, 11, 14))

    assert html == (
        '<p class="deadline tone-warn"><span>Chậm nhất thứ Bảy 14/11</span>'
        '<span class="left">còn 2 ngày làm việc</span>'
        "<span>mốc của xã: trình ký 11/11</span></p>"
    )
    assert shown("{% deadline_line None %}") == ""
    assert shown("{% days_left day %}", day=date(2026, 11, 10)) == "quá hạn 2 ngày"


@pytest.mark.parametrize("code", STATUSES)
def test_status_badge_has_word_colour_and_shape(code):
    tone, shape, word = STATUSES[code]

    expected = f'<span class="badge tone-{tone} shape-{shape}">{word}</span>'
    assert shown("{% status_badge code %}", code=code) == expected


def test_status_badge_takes_another_label_and_unknown_codes():
    assert ">Đang lập bản đăng ký<" in shown('{% status_badge "draft" "Đang lập bản đăng ký" %}')
    assert shown('{% status_badge "x1" %}') == '<span class="badge tone-grey shape-dot">x1</span>'


@pytest.mark.parametrize("code", OUTCOMES)
def test_outcome_badge_has_its_fixed_colour(code):
    outcome = OUTCOMES[code]
    css = f"outcome-{outcome.code} shape-{OUTCOME_SHAPES[outcome.code]}"

    expected = f'<span class="badge {css}">{outcome.label}</span>'
    assert shown("{% outcome_badge code %}", code=code) == expected


def test_outcome_badge_without_result():
    html = shown("{% outcome_badge None %}")

    assert html == '<span class="badge tone-grey shape-ring">Chưa có kết quả</span>'


def test_badges_escape_their_words():
    assert "<b>" not in shown("{% status_badge 'draft' label %}", label="<b>x</b>")


def test_step_bar_covers_the_whole_and_keeps_words():
    steps = [
        {"label": "Đang soạn", "count": 1, "tone": "info"},
        {"label": "Xuất sắc", "count": 3, "outcome": "xuat_sac", "url": "/x/"},
        {"label": "Quá hạn", "count": 0, "tone": "bad"},
    ]

    html = shown('{% step_bar steps "Tiến độ" %}', steps=steps)

    assert '<rect class="tone-info" x="0.00" width="25.00" height="4"/>' in html
    assert '<rect class="outcome-excellent" x="25.00" width="75.00" height="4"/>' in html
    assert html.count("<rect") == 2
    assert '<a href="/x/">Xuất sắc</a>' in html


def test_step_bar_of_nothing_is_empty():
    assert "<rect" not in shown("{% step_bar steps %}", steps=[{"label": "a", "count": 0}])


@pytest.mark.parametrize(
    ("value", "goal", "tone", "width", "mark"),
    [
        (45, 90, "warn", "50.00", "100.00"),
        (14, 12, "ok", "100.00", "85.71"),
        (0, 0, "ok", "0.00", "0.00"),
    ],
)
def test_bullet_compares_with_the_goal(value, goal, tone, width, mark):
    html = shown("{% bullet value goal %}", value=value, goal=goal)

    assert f"tone-{tone}" in html
    assert f'<rect x="0" width="{width}" height="4"/>' in html
    assert f'x1="{mark}"' in html


class SampleForm(forms.Form):
    households = forms.CharField(label="Số hộ", help_text="Trong Quý I.")
    note = forms.CharField(label="Ghi chú", required=False)
    agree = forms.BooleanField(label="Đồng ý", required=False)
    answer = forms.ChoiceField(
        label="Trả lời", choices=[("met", "Đạt"), ("not_met", "Chưa đạt")], widget=forms.RadioSelect
    )


def field_html(name, data=None, **context):
    form = SampleForm(data)
    source = '{% include "components/_field.html" with field=field legal=legal only %}'
    return shown(source, field=form[name], **context)


def test_field_ties_help_law_and_error_to_the_input():
    html = field_html("households", {"households": ""}, legal="Điều 4 khoản 1")

    assert 'aria-describedby="id_households_helptext id_households_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_households_helptext">Trong Quý I.' in html
    assert "(Điều 4 khoản 1)" in html
    assert 'id="id_households_error"' in html


def test_field_without_help_is_not_described():
    assert "aria-describedby" not in field_html("note")


def test_field_says_when_it_may_stay_empty():
    assert "(không bắt buộc)" in field_html("note")


def test_radios_are_a_fieldset_with_nothing_chosen():
    html = field_html("answer")

    assert html.startswith("<fieldset")
    assert "checked" not in html


def test_checkbox_label_stands_after_the_box():
    html = field_html("agree")

    assert html.index("<input") < html.index("<span>Đồng ý</span>")


def test_page_numbers_leave_out_the_middle():
    page = Paginator(range(1000), 10).page(50)

    assert (
        shown("{% page_numbers page as ns %}{{ ns|join:' ' }}", page=page) == "1 … 49 50 51 … 100"
    )


def test_click_keys_of_one_page_differ_and_compress_and_pages_share_none():
    def keys(request):
        page = Template("{% load portal %}{% click_key %}{% click_key %}").render(
            RequestContext(request)
        )
        return re.findall(r'name="lan" value="([0-9a-f-]{36})"', page)

    (first, second), others = keys(HttpRequest()), keys(HttpRequest())

    assert (first[:-4], first != second) == (second[:-4], True)
    assert not {first, second} & set(others)
