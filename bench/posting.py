"""Reading a form out of a page, as a browser that posts it back unchanged would."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

CHOSEN = ("radio", "checkbox")
NOT_SENT = ("submit", "button", "file", "image", "reset")


@dataclass(slots=True)
class Form:
    """Where a form goes and what it would send."""

    action: str
    values: dict[str, list[str]] = field(default_factory=dict)

    def names(self, ending: str) -> list[str]:
        return [name for name in self.values if name.endswith(ending)]


class FormReader(HTMLParser):
    """Collects the forms of a page with the values of their fields."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._is_inside = False
        self._text_of = ""
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", "")))
            self._is_inside = True
        elif self._is_inside:
            self._field(tag, given)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        name = given.get("name", "")
        if tag == "option" and self._select and "selected" in given:
            self._put(self._select, given.get("value", ""))
        elif tag == "select":
            self._select = name
        elif tag == "textarea" and name:
            self._text_of = name
            self._put(name, "")
        elif tag == "input" and name and _is_sent(given):
            self._put(name, given.get("value", ""))

    def _put(self, name: str, value: str) -> None:
        self.forms[-1].values.setdefault(name, []).append(value)

    def handle_data(self, data: str) -> None:
        if self._text_of:
            self.forms[-1].values[self._text_of][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_inside = False
        elif tag == "textarea":
            self._text_of = ""
        elif tag == "select":
            self._select = ""


def _is_sent(given: dict[str, str]) -> bool:
    kind = given.get("type", "text")
    return kind not in NOT_SENT and (kind not in CHOSEN or "checked" in given)


def forms_of(html: str) -> list[Form]:
    """The forms of a page, in order."""
    reader = FormReader()
    reader.feed(html)
    return reader.forms
