"""People at keyboards: they press, press twice, lose the line, press again, and write down what they were told."""

import http.client
import json
import random
import re
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlencode
from uuid import uuid4

from .country import Battlefield, Place, Row

TOKEN = "a" * 32
"""Both the cookie and the header against forged forms."""
TRIES = 4
PATIENCE = 60.0
TWICE = 0.12
CUT = 0.08
"""How often a button is pressed twice at once, and how often the line is cut before the answer."""


@dataclass(frozen=True)
class Told:
    """One thing that somebody was told is done, with words that nobody else wrote."""

    what: str
    user_id: int
    unit_id: int
    words: str
    evaluation_id: int = 0
    criterion_id: int = 0
    version: int = 0
    key: str = ""


@dataclass
class Record:
    """What all of them were told, and what happened on the way."""

    told: list[Told] = field(default_factory=list)
    events: Counter = field(default_factory=Counter)
    oddities: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, event: str, told: Told | None = None, oddity: str = "") -> None:
        with self._lock:
            self.events[event] += 1
            if told:
                self.told.append(told)
            if oddity:
                self.oddities.append(oddity)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: str


class Person:
    """One browser of one signed-in person; `pool` presses the second time."""

    def __init__(self, port: int, user_id: int, session: str, field_: Battlefield, record: Record):
        self.port, self.user_id, self.session = port, user_id, session
        self.field, self.record = field_, record
        self.random = random.Random(f"{user_id}-{session}")
        self.pool = ThreadPoolExecutor(1)

    def press(self, path: str, data: dict, *, htmx: bool = False) -> Answer | None:
        """Press a button until there is an answer, the same click every time; None if there is none."""
        data = {**data, "lan": str(uuid4())}
        for _ in range(TRIES):
            twin = None
            if self.random.random() < TWICE:
                self.record.note("pressed twice")
                twin = self.pool.submit(self.send, path, data, htmx=htmx)
            is_cut = self.random.random() < CUT
            answer = self.send(path, data, htmx=htmx, is_cut=is_cut)
            other = twin.result() if twin else None
            if answer and other and answer.status < 400 and other.status < 400:
                self._compare(path, answer, other)
            answer = answer or other
            if answer is not None and answer.status < 500:
                return answer
            self.record.note("no answer" if answer is None else f"answer {answer.status}")
            time.sleep(0.05)
        self.record.note("given up")
        return None

    def _compare(self, path: str, one: Answer, other: Answer) -> None:
        """The same click, answered twice, is told the same."""
        versions = [_version(each) for each in (one, other)]
        if one.status != other.status or versions[0] != versions[1]:
            self.record.note("unlike twins", oddity=f"{path}: {one} ≠ {other}")

    def send(
        self, path: str, data: dict, *, htmx: bool = False, is_cut: bool = False
    ) -> Answer | None:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"sessionid={self.session}; csrftoken={TOKEN}",
            "X-CSRFToken": TOKEN,
            **({"HX-Request": "true"} if htmx else {}),
        }
        try:
            line.request("POST", path, urlencode(data), headers)
            if is_cut:
                self.record.note("line cut")
                return None
            answer = line.getresponse()
            self.record.note("answers")
            return Answer(answer.status, dict(answer.getheaders()), answer.read().decode())
        except (OSError, http.client.HTTPException):
            return None
        finally:
            line.close()

    def words(self, what: str) -> str:
        return f"{what} {uuid4().hex}"

    def done(self, what: str, place: Place, words: str = "", **more: object) -> None:
        self.record.note(what, Told(what, self.user_id, place.unit_id, words, **more))

    def any_place(self) -> Place:
        return self.random.choice(self.field.places)


class Officer(Person):
    """Types answers, sends the file, takes it back."""

    def __init__(self, *args: object, versions: dict[tuple[int, int], int]):
        super().__init__(*args)
        self.versions = dict(versions)

    def work(self) -> None:
        place = self.any_place()
        act = self.random.choices((self.save, self.submit, self.withdraw), (80, 15, 5))[0]
        act(place)

    def save(self, place: Place) -> None:
        """Save one row; who is told that somebody was faster takes note and mostly keeps theirs."""
        row = self.random.choice(place.rows)
        at = (row.evaluation_id, row.criterion_id)
        words = self.words("lưu")
        data = self._typed(row, words)
        path = f"/ho-so/{self.field.year}/{place.unit_id}/dong/{row.criterion_id}/"
        answer = self.press(path, data)
        if answer is None:
            return
        told = json.loads(answer.body)
        if answer.status == 200:
            self.versions[at] = told["version"]
            self.done(
                "save",
                place,
                words,
                evaluation_id=at[0],
                criterion_id=at[1],
                version=told["version"],
            )
        elif told.get("code") == "stale":
            self.versions[at] = told["version"]
            self.record.note("stale")
        else:
            self.record.note(f"save: {told.get('code', answer.status)}")

    def _typed(self, row: Row, words: str) -> dict[str, object]:
        typed = {**self.random.choice(row.choices), "note": words}
        typed["version"] = self.versions[row.evaluation_id, row.criterion_id]
        return {f"c{row.criterion_id}-{name}": value for name, value in typed.items()}

    def submit(self, place: Place) -> None:
        answer = self.press(self._file(place), {"viec": "gui"})
        if answer and "tab=lich-su" in answer.headers.get("Location", ""):
            self.done("submit", place)

    def withdraw(self, place: Place) -> None:
        if self.press(self._file(place), {"viec": "rut"}):
            self.record.note("withdraw pressed")

    def _file(self, place: Place) -> str:
        return f"/ho-so/{self.field.year}/{place.unit_id}/"


class Appraiser(Person):
    """Takes files up, concludes on rows, returns them with a reason, confirms, opens them again."""

    def work(self) -> None:
        place = self.any_place()
        self.take_up(place)
        acts = (self.conclude, self.send_back, self.confirm, self.reopen)
        self.random.choices(acts, (35, 40, 15, 10))[0](place)

    def take_up(self, place: Place) -> None:
        if self.press(self._file(place, "nhan/"), {}):
            self.record.note("take up pressed")

    def conclude(self, place: Place) -> None:
        """Note a conclusion beside one row; the version is that of the page just opened."""
        row = self.random.choice(place.rows)
        words, prefix = self.words("kết luận"), f"d{row.criterion_id}"
        seen = self.version_on_page(place, prefix)
        if seen is None:
            return
        data = {f"{prefix}-note": words, f"{prefix}-version": seen}
        answer = self.press(self._file(place, f"dong/{row.criterion_id}/"), data)
        if answer and answer.status == 200:
            self.done("conclude", place, words, criterion_id=row.criterion_id)
        elif answer:
            self.record.note(f"conclude: {answer.status}")

    def version_on_page(self, place: Place, prefix: str) -> str | None:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            line.request("GET", self._file(place), headers={"Cookie": f"sessionid={self.session}"})
            page = line.getresponse().read().decode()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            line.close()
        found = re.search(rf'name="{prefix}-version" value="(\d+)"', page)
        return found and found.group(1)

    def send_back(self, place: Place) -> None:
        words = self.words("thiếu")
        answer = self.press(self._file(place, "tra-lai/"), {"note": words, "scope": "ca"})
        if answer and answer.status == 302:
            self.done("return", place, words)

    def confirm(self, place: Place) -> None:
        if self.press(self._file(place, "xac-nhan/"), {"note": self.words("nhận xét")}):
            self.record.note("confirm pressed")

    def reopen(self, place: Place) -> None:
        words = self.words("mở lại")
        answer = self.press(self._file(place, "mo-lai/"), {"note": words})
        if answer and answer.status == 302:
            self.done("reopen", place, words)

    def _file(self, place: Place, act: str = "") -> str:
        return f"/tham-dinh/{self.field.year}/{place.unit_id}/{act}"


def _version(answer: Answer) -> object:
    is_json = answer.headers.get("Content-Type", "").startswith("application/json")
    return json.loads(answer.body).get("version") if is_json else None


def work_until(people: list[Person], until: float) -> None:
    """Everybody works at once until the moment comes; what fails in one of them is raised."""

    def work(person: Person) -> None:
        while time.monotonic() < until:
            person.work()

    with ThreadPoolExecutor(len(people)) as pool:
        for one in [pool.submit(work, person) for person in people]:
            one.result()
