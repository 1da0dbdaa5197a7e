"""The rules of the house that no other tool holds; each test is one rule."""

import ast
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models
from django.db.models import CheckConstraint, Q
from django.urls import URLPattern, get_resolver
from rest_framework.permissions import IsAuthenticated
from rest_framework.views import APIView

ROOT = Path(__file__).resolve().parent.parent
APPS = (
    *("accounts", "jobs", "units", "criteria", "models_selfmanaged", "evaluations", "plans"),
    "reports",
)
PACKAGES = (*APPS, "antq_portal")
LONGEST_FUNCTION = 40
LONGEST_FILE = 400
LONGEST_TEMPLATE = 150
STATUS_FIELDS = {"status", "state"}
# A job's state belongs to whoever holds its lease, so the lease is its one writer.
STATUS_WRITERS = re.compile(r"/services(/|\.py$)|^jobs/leases\.py$")

# Reached from Unit, yet open to everyone signed in, because it is law or public geography.
OPEN_MODELS = {"criteria.AuthorityRule"}

# The loader publishes a reviewed file; the file, not an account, says who checked it.
UNSIGNED = {"CriteriaSet.published_at"}

# Every view that answers somebody who has not signed in.
OPEN_VIEWS = {
    "account_activate", "account_login", "account_logout", "evaluations:verify", "healthz"
}  # fmt: skip


def sources(*, migrations=False):
    found = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return [path for path in found if migrations or "migrations" not in path.parts]


def text_files():
    kinds = ("*.py", "*.html", "*.txt", "*.css", "*.js", "*.yaml", "*.md", "*.po")
    folders = [ROOT / name for name in (*PACKAGES, "templates", "static", "tests", "docs")]
    for folder in folders:
        for kind in kinds:
            yield from (path for path in folder.rglob(kind) if "vendor" not in path.parts)


def short(path):
    return path.relative_to(ROOT).as_posix()


def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def our_models():
    found = [model for app in APPS for model in apps.get_app_config(app).get_models()]
    return [model for model in found if model._meta.managed and not model._meta.proxy]


def lookups(condition):
    """Return every field name that a condition speaks of, without the lookup after "__"."""
    if not isinstance(condition, Q):
        return {part.name for part in condition.flatten() if isinstance(part, models.F)}
    found = set()
    for child in condition.children:
        found |= {child[0].split("__")[0]} if isinstance(child, tuple) else lookups(child)
    return found


def checks(model):
    return [check for check in model._meta.constraints if isinstance(check, CheckConstraint)]


# Database -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_app_with_models_has_migrations():
    without = {
        model._meta.app_label
        for model in our_models()
        if not (ROOT / model._meta.app_label / "migrations" / "__init__.py").exists()
    }

    assert without == set()


def test_every_choice_is_checked_by_the_database():
    unchecked = [
        f"{model.__name__}.{field.name}"
        for model in our_models()
        for field in model._meta.local_concrete_fields
        if field.choices and not any(field.name in lookups(c.condition) for c in checks(model))
    ]

    assert not unchecked, "\n".join(unchecked)


def test_who_and_when_travel_together():
    loose = set()
    for model in our_models():
        fields = {field.name: field for field in model._meta.local_concrete_fields}
        for name, at in fields.items():
            by = fields.get(name.removesuffix("_at") + "_by") if name.endswith("_at") else None
            if by is None or not at.null:
                continue
            if not any({at.name, by.name} <= lookups(c.condition) for c in checks(model)):
                loose.add(f"{model.__name__}.{at.name}")

    assert loose == UNSIGNED


def test_every_model_says_what_one_row_is():
    silent = [
        model.__name__
        for model in our_models()
        if not model.__doc__ or model.__doc__.startswith(f"{model.__name__}(")
    ]

    assert not silent, "\n".join(silent)


# Who may see ----------------------------------------------------------------------------------


def reaches_unit(model, seen=()):
    targets = {
        field.related_model
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model not in (*seen, model)
    }
    return any(
        target._meta.label == "units.Unit" or reaches_unit(target, (*seen, model))
        for target in targets
    )


def says_who_may_see(model, seen=()):
    """Say whether a model, or the whole that it is a true part of (CASCADE), has visible_to."""
    if callable(getattr(model._default_manager, "visible_to", None)):
        return True
    wholes = {
        field.related_model
        for field in model._meta.concrete_fields
        if field.is_relation and field.remote_field.on_delete is models.CASCADE
    }
    return any(says_who_may_see(whole, (*seen, model)) for whole in wholes - {model, *seen})


def test_every_model_below_a_unit_says_who_may_see_it():
    unsaid = {
        model._meta.label
        for model in our_models()
        if (model._meta.label == "units.Unit" or reaches_unit(model))
        and not says_who_may_see(model)
    }

    assert unsaid == OPEN_MODELS


def views(patterns, namespace=""):
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name or pattern.pattern}", pattern.callback
        else:
            inside = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from views(pattern.url_patterns, inside)


def is_open(view):
    """Say whether a view answers without sign-in; an API view is judged by its permissions."""
    kind = getattr(view, "cls", None)
    if kind is not None and issubclass(kind, APIView):
        return not any(issubclass(p, IsAuthenticated) for p in kind.permission_classes)
    return not getattr(view, "login_required", True)


def test_only_the_listed_views_are_open():
    found = {name for name, view in views(get_resolver().url_patterns) if is_open(view)}

    assert found == OPEN_VIEWS


def test_every_form_that_writes_makes_its_click_happen_once():
    """Signing in and out need no key: doing them twice is doing them once."""
    without = [
        short(path)
        for path in (ROOT / "templates").rglob("*.html")
        if path.parent.name != "account" and path.name != "_user_menu.html"
        for content in [path.read_text(encoding="utf-8")]
        if content.count('method="post"') != content.count("{% click_key %}")
    ]

    assert not without, "\n".join(without)


# Code -----------------------------------------------------------------------------------------


def test_imports_go_down_the_stack():
    result = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stdout


def test_functions_fit_on_a_screen():
    too_long = [
        f"{short(path)}:{node.lineno} {node.name} {node.end_lineno - node.lineno + 1}"
        for path in sources()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]

    assert not too_long, "\n".join(too_long)


def test_files_have_one_idea():
    limits = [(path, LONGEST_FILE) for path in sources()]
    limits += [(path, LONGEST_TEMPLATE) for path in (ROOT / "templates").rglob("*.html")]
    too_long = [
        f"{short(path)} {lines}"
        for path, limit in limits
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > limit
    ]

    assert not too_long, "\n".join(too_long)


def sets_status(node):
    """Say whether a statement writes a status: x.status = …, or .update(status=…)."""
    if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return any(isinstance(t, ast.Attribute) and t.attr in STATUS_FIELDS for t in targets)
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "update"
        and any(keyword.arg in STATUS_FIELDS for keyword in node.keywords)
    )


def test_only_services_set_a_status():
    elsewhere = [
        f"{short(path)}:{node.lineno}"
        for path in sources()
        if not STATUS_WRITERS.search(short(path))
        for node in ast.walk(tree(path))
        if sets_status(node)
    ]

    assert not elsewhere, "\n".join(elsewhere)


def test_every_public_service_says_what_becomes_true():
    silent = [
        f"{short(path)}:{node.lineno} {node.name}"
        for path in sources()
        if re.search(r"/(services|selectors)(/|\.py)", short(path))
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]

    assert not silent, "\n".join(silent)


# Text -----------------------------------------------------------------------------------------


def test_text_is_composed_unicode():
    decomposed = [
        short(path)
        for path in text_files()
        if not unicodedata.is_normalized("NFC", path.read_text(encoding="utf-8"))
    ]

    assert not decomposed, "\n".join(decomposed)


def test_templates_obey_the_content_security_policy():
    inline = re.compile(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|javascript:", re.I)
    breaking = [
        short(path)
        for path in (ROOT / "templates").rglob("*.html")
        if "documents" not in path.parts and "print" not in path.name
        if inline.search(path.read_text(encoding="utf-8"))
    ]

    assert not breaking, "\n".join(breaking)


def test_nothing_is_left_to_do_in_the_code():
    marks = re.compile(r"\b(TODO|FIXME|XXX)\b")
    left = [short(path) for path in sources() if marks.search(path.read_text(encoding="utf-8"))]

    assert not left, "\n".join(left)
