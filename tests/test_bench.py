"""The benchmarks: their tables and limits, and that a run still works."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.posting import forms_of
from bench.steps import Step, take
from bench.table import Figure, closing, kilobytes, measured, table

ROOT = Path(__file__).resolve().parent.parent


def figure(**values):
    return Figure(**{"group": "pages", "name": "Trang", **values})


def test_figure_on_its_limit_passes():
    assert figure(value=150.0, limit=150.0).verdict == "PASS"


def test_figure_over_its_limit_says_which_one():
    assert figure(value=150.1, limit=150.0).verdict == "FAIL (ms)"
    assert figure(value=1.0, limit=150.0, packed=20_001).verdict == "FAIL (kB)"
    assert figure(value=61.0, unit="s", limit=60.0, packed=20_001).verdict == "FAIL (s, kB)"


def test_figure_without_a_limit_has_no_verdict():
    assert figure(value=150.0).verdict == ""


def test_values_are_printed_with_decimal_comma():
    shown = [
        measured(84.4, "ms"),
        measured(1234.0, "ms"),
        measured(7.126, "s"),
        measured(None, "s"),
    ]

    assert shown == ["84 ms", "1.234 ms", "7,13 s", ""]
    assert [kilobytes(20_449), kilobytes(None)] == ["20,4", ""]


def test_table_shows_each_group_with_verdicts_notes_and_what_did_not_run():
    figures = [
        figure(name="Trang chủ", value=30.2, limit=150.0, queries=10, size=8400, packed=2700,
               peer="hệ khác: 2 s"),
        figure(name="Lưới", skipped="trả lời 404"),
        figure(group="acts", name="Gửi", value=301.0, limit=300.0),
    ]  # fmt: skip

    lines = table(figures, {"pages": "Trang", "acts": "Thao tác"}).splitlines()

    cells = [line.split() for line in lines]
    assert cells[1][0] == "Trang"
    assert cells[3] == ["Trang", "chủ", "30", "ms", "≤", "150", "ms", "10", "8,4", "2,7", "PASS"]
    assert lines[4] == "    hệ khác: 2 s"
    assert cells[5] == ["Lưới", "không", "chạy:", "trả", "lời", "404"]
    assert cells[7][:2] == ["Thao", "tác"]
    assert lines[9].endswith("FAIL (ms)")
    assert closing(figures) == "1 PASS, 1 FAIL, 1 không chạy"


def test_what_cannot_be_measured_does_not_stop_the_rest(capsys):
    def broken():
        raise LookupError("chưa có trang này")

    steps = [Step("pages", "Lưới", broken), Step("pages", "Trang", lambda: [figure(value=1.0)])]

    found = take(steps)

    assert [one.skipped for one in found] == ["chưa có trang này", ""]
    assert "không chạy: chưa có trang này" in capsys.readouterr().err


def test_form_is_read_as_a_browser_would_send_it():
    [form] = forms_of(
        '<form action="/luu/"><input name="a-version" value="3"><input type="file" name="f">'
        '<input type="radio" name="r" value="x"><input type="radio" name="r" value="y" checked>'
        '<select name="s"><option value="1"><option value="2" selected></select>'
        '<textarea name="a-note">Một &amp; hai</textarea><button name="viec" value="luu"></button>'
        '</form><input name="outside">'
    )

    assert form.action == "/luu/"
    assert form.values == {"a-version": ["3"], "r": ["y"], "s": ["2"], "a-note": ["Một & hai"]}
    assert form.names("-note") == ["a-note"]


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_quick_run_measures_everything():
    command = [sys.executable, "-m", "bench", "--quick", "--database", "antq_portal_test_bench"]

    run = subprocess.run(
        command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False
    )

    assert run.returncode == 0, run.stdout + run.stderr
    report = json.loads((ROOT / run.stdout.splitlines()[-1]).read_text(encoding="utf-8"))
    groups = {row["group"] for row in report["figures"]}
    assert groups == {"start", "loading", "pages", "acts", "papers", "jobs", "scale", "entry"}
    assert all(row["value"] > 0 for row in report["figures"])
