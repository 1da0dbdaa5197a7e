"""Where the papers' own fonts, style sheet and templates lie."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
STYLE_SHEET = ROOT / "static" / "css" / "nd30.css"
TEMPLATES = ROOT / "templates"
FONT_FILES = tuple(
    ROOT / "static" / "fonts" / "liberation-serif" / f"LiberationSerif-{style}.ttf"
    for style in ("Regular", "Bold", "Italic", "BoldItalic")
)
