"""The style sheet, the script and the templates keep what the pages promise."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory

from antq_portal.lib.palette import OUTCOMES

STATIC = Path(settings.BASE_DIR) / "static"
TEMPLATES = Path(settings.BASE_DIR) / "templates"
CSS = (STATIC / "css/portal.css").read_text()
SCREEN_TEMPLATES = [
    path for path in sorted(TEMPLATES.rglob("*.html")) if "documents" not in path.parts
]
READABLE = 4.5
VISIBLE = 3


def luminance(colour):
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def tokens(scheme):
    blocks = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
    found = dict(re.findall(r"--([\w-]+): (#\w+)", blocks[0]))
    return found | (dict(re.findall(r"--([\w-]+): (#\w+)", blocks[1])) if scheme == "dark" else {})


PAIRS = [
    ("ink", "paper", READABLE),
    ("ink", "surface", READABLE),
    ("soft", "paper", READABLE),
    ("soft", "surface", READABLE),
    ("soft", "sunken", READABLE),
    ("link", "paper", READABLE),
    ("link-hover", "hover", READABLE),
    ("on-brand", "brand", READABLE),
    ("on-action", "action", READABLE),
    ("info", "info-pale", READABLE),
    ("ok", "ok-pale", READABLE),
    ("warn", "warn-pale", READABLE),
    ("bad", "bad-pale", READABLE),
    ("plum", "plum-pale", READABLE),
    ("grey", "grey-pale", READABLE),
    ("bad", "paper", READABLE),
    ("edge", "paper", VISIBLE),
    ("focus", "paper", VISIBLE),
    ("gold", "brand", VISIBLE),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_colours_are_readable(scheme, front, back, least):
    colours = tokens(scheme)

    assert contrast(colours[front], colours[back]) >= least


@pytest.mark.parametrize("outcome", OUTCOMES.values(), ids=lambda outcome: outcome.code)
def test_outcome_colours_are_readable_and_the_same_in_the_style_sheet(outcome):
    rule = f".outcome-{outcome.code} {{ --tone: {outcome.strong}; --tone-pale: {outcome.pale}; }}"

    assert rule in CSS
    assert contrast(outcome.strong, outcome.pale) >= READABLE


@pytest.mark.parametrize("path", SCREEN_TEMPLATES, ids=lambda p: str(p.relative_to(TEMPLATES)))
def test_templates_have_nothing_inline(path):
    source = path.read_text()

    assert re.findall(r"\sstyle=|<style|\son\w+=|javascript:|<script(?![^>]*\ssrc=)", source) == []


@pytest.mark.django_db
def test_first_page_is_light():
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    page = render_to_string("base.html", request=request)
    files = [
        "css/portal.css",
        "css/sheets.css",
        "js/portal.js",
        "vendor/htmx.min.js",
        "img/mark.svg",
    ]
    wire = [gzip.compress(page.encode())] + [
        gzip.compress((STATIC / name).read_bytes()) for name in files
    ]

    assert sum(map(len, wire)) < 40_000
    assert len(gzip.compress(CSS.encode())) < 7_500


@pytest.mark.parametrize("code", [400, 403, 404, 409, 500])
def test_error_pages_lead_somewhere_without_any_context(code):
    html = render_to_string(f"{code}.html")

    assert '<html lang="vi">' in html
    assert 'href="/"' in html
