"""The live count of a year: the one statement that says what every stored summary must be.

A commune that gave way to others before the year was over counts no more: those that took its
place do. Legal: Luật 72/2025/QH15 Điều 51; Nghị quyết 190/2025/QH15.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from units.coverage import Coverage, Scheme
from units.models import TERRITORIAL_KINDS

from ..models import ResultSource
from ..models.evaluations import APPRAISED_STATES
from ..models.summaries import COUNTS, KEY
from ..workflow import WITH_AUTHORITY, DecisionStatus, RegistrationStatus, Status

COLUMNS: Final = (*KEY, *COUNTS)
"""Columns of a stored summary in the order in which LIVE_SQL yields them."""

# fmt: off
WANTED_SQL: Final = """
    AND {alias}.unit_id IN (
        SELECT below.unit_id FROM units_unitversion below WHERE below.parent_id = ANY(%(places)s)
        UNION SELECT unnest(%(places)s)
    )
"""
LIVE_SQL: Final = """
WITH season AS MATERIALIZED (
    SELECT id, scheme, unit_kind, province_id, register_by, decide_before
    FROM evaluations_season WHERE year = %(year)s
), entry AS (
    SELECT DISTINCT ON (listed.unit_id) listed.unit_id, roster.authority_id, roster.province_id,
        listed.coverage, listed.not_considered_reason
    FROM evaluations_rosterentry listed JOIN evaluations_roster roster ON roster.id = listed.roster_id
    WHERE roster.year = %(year)s AND listed.removed_at IS NULL {entries_wanted}
    ORDER BY listed.unit_id, listed.id DESC
), recorded AS (
    SELECT unit_id, min(province_id) AS province_id, bool_or(source = %(external)s) AS is_external,
        min(outcome) FILTER (WHERE source = %(paper)s AND scheme = %(recognition)s) AS recognition,
        min(decided_on) FILTER (WHERE source = %(paper)s AND scheme = %(recognition)s) AS recognised_on,
        min(outcome) FILTER (WHERE source = %(paper)s AND scheme = %(classification)s) AS classification,
        min(decided_on) FILTER (WHERE source = %(paper)s AND scheme = %(classification)s) AS classified_on
    FROM evaluations_recordedresult found WHERE year = %(year)s {results_wanted}
    GROUP BY unit_id
), standing AS (
    SELECT COALESCE(entry.province_id, recorded.province_id) AS province_id, entry.authority_id, unit.kind,
        CASE WHEN unit.kind = ANY(%(territorial)s) THEN unit.id ELSE version.parent_id END AS place_id,
        COALESCE(recorded.is_external, false) AS is_external, entry.unit_id IS NOT NULL AS is_listed,
        entry.not_considered_reason <> '' AS is_left_out, entry.coverage = %(voluntary)s AS is_voluntary,
        registration.status = ANY(%(registered)s) AS is_registered,
        registration.registered_on > of_recognition.register_by AS is_late,
        recognised.status = ANY(%(sent)s) AS is_sent, recognised.status = ANY(%(appraised)s) AS is_appraised,
        COALESCE(NULLIF(recognised.decided_outcome, ''), recorded.recognition) AS recognition,
        CASE WHEN recognised.status = %(decided)s THEN recognition.issued_on ELSE recorded.recognised_on END
            < of_recognition.decide_before AS is_recognised_in_time,
        COALESCE(NULLIF(classified.decided_outcome, ''), recorded.classification) AS classification,
        CASE WHEN classified.status = %(decided)s THEN classification.issued_on ELSE recorded.classified_on END
            < of_classification.decide_before AS is_classified_in_time,
        COALESCE(recognised.decided_outcome, '') = '' AND recorded.recognition IS NOT NULL
            OR COALESCE(classified.decided_outcome, '') = '' AND recorded.classification IS NOT NULL AS is_paper
    FROM entry FULL JOIN recorded ON recorded.unit_id = entry.unit_id
    JOIN units_unit unit ON unit.id = COALESCE(entry.unit_id, recorded.unit_id)
    CROSS JOIN LATERAL (
        SELECT one.parent_id FROM units_unitversion one WHERE one.unit_id = unit.id
        ORDER BY COALESCE(one.valid_from <= %(day)s, true) DESC,
            CASE WHEN one.valid_from <= %(day)s THEN one.valid_from END DESC NULLS LAST, one.valid_from
        LIMIT 1
    ) version
    LEFT JOIN season of_recognition ON of_recognition.scheme = %(recognition)s
        AND of_recognition.unit_kind = unit.kind
        AND of_recognition.province_id = COALESCE(entry.province_id, recorded.province_id)
    LEFT JOIN season of_classification ON of_classification.scheme = %(classification)s
        AND of_classification.unit_kind = unit.kind
        AND of_classification.province_id = COALESCE(entry.province_id, recorded.province_id)
    LEFT JOIN evaluations_registration registration
        ON registration.unit_id = unit.id AND registration.season_id = of_recognition.id
    LEFT JOIN evaluations_evaluation recognised
        ON recognised.unit_id = unit.id AND recognised.season_id = of_recognition.id
    LEFT JOIN evaluations_decisionitem recognised_by ON recognised_by.evaluation_id = recognised.id
    LEFT JOIN evaluations_decision recognition
        ON recognition.id = recognised_by.decision_id AND recognition.status = %(issued)s
    LEFT JOIN evaluations_evaluation classified
        ON classified.unit_id = unit.id AND classified.season_id = of_classification.id
    LEFT JOIN evaluations_decisionitem classified_by ON classified_by.evaluation_id = classified.id
    LEFT JOIN evaluations_decision classification
        ON classification.id = classified_by.decision_id AND classification.status = %(issued)s
    WHERE NOT (unit.kind = ANY(%(territorial)s) AND COALESCE(unit.ended_on <= %(day)s, false))
), counted AS (
    SELECT *, is_listed AND NOT is_external AND NOT is_left_out AND NOT is_voluntary AS counts FROM standing
), tally AS (
    SELECT province_id, place_id, kind, authority_id,
        count(*) FILTER (WHERE is_listed AND NOT is_external) AS listed,
        count(*) FILTER (WHERE counts) AS considered,
        count(*) FILTER (WHERE is_listed AND NOT is_external AND is_left_out) AS not_considered,
        count(*) FILTER (WHERE is_listed AND NOT is_external AND NOT is_left_out AND is_voluntary) AS voluntary,
        count(*) FILTER (WHERE counts AND is_registered) AS registered,
        count(*) FILTER (WHERE counts AND is_registered AND is_late) AS registered_late,
        count(*) FILTER (WHERE counts AND is_sent) AS submitted,
        count(*) FILTER (WHERE counts AND is_appraised) AS appraised,
        count(*) FILTER (WHERE counts AND recognition IS NOT NULL) AS decided,
        count(*) FILTER (WHERE counts AND recognition = 'met') AS met,
        count(*) FILTER (WHERE counts AND recognition <> 'met') AS not_met,
        count(*) FILTER (WHERE counts AND recognition IS NOT NULL AND is_recognised_in_time) AS decided_in_time,
        count(*) FILTER (WHERE counts AND recognition IS NOT NULL AND NOT is_recognised_in_time) AS decided_late,
        count(*) FILTER (WHERE counts AND classification = 'xuat_sac') AS xuat_sac,
        count(*) FILTER (WHERE counts AND classification = 'kha') AS kha,
        count(*) FILTER (WHERE counts AND classification = 'trung_binh') AS trung_binh,
        count(*) FILTER (WHERE counts AND classification = 'yeu') AS yeu,
        count(*) FILTER (WHERE counts AND COALESCE(classification, '') NOT IN
            ('xuat_sac', 'kha', 'trung_binh', 'yeu')) AS unclassified,
        count(*) FILTER (WHERE counts AND classification IS NOT NULL AND is_classified_in_time) AS classified_in_time,
        count(*) FILTER (WHERE counts AND classification IS NOT NULL AND NOT is_classified_in_time) AS classified_late,
        count(*) FILTER (WHERE counts AND is_paper) AS from_paper,
        count(*) FILTER (WHERE is_external) AS external,
        count(*) FILTER (WHERE NOT is_listed AND NOT is_external) AS unlisted
    FROM counted WHERE true {places_wanted}
    GROUP BY province_id, place_id, kind, authority_id
), of_old AS (
    SELECT lain.place_id, above.id AS district_id
    FROM (SELECT DISTINCT place_id FROM tally) lain
    CROSS JOIN LATERAL (
        SELECT one.path FROM units_unitversion one WHERE one.unit_id = lain.place_id
        ORDER BY COALESCE(one.valid_from <= %(day)s, true) DESC,
            CASE WHEN one.valid_from <= %(day)s THEN one.valid_from END DESC NULLS LAST, one.valid_from
        LIMIT 1
    ) place
    CROSS JOIN LATERAL unnest(string_to_array(trim(both '/' from place.path), '/')::bigint[]) part
    JOIN units_unit above ON above.id = part AND above.kind = 'district'
)
SELECT %(year)s::smallint AS year, tally.province_id, tally.place_id, of_old.district_id,
    tally.kind, tally.authority_id, {counts}
FROM tally LEFT JOIN of_old ON of_old.place_id = tally.place_id
"""
# fmt: on


@dataclass(frozen=True, slots=True)
class Difference:
    """One row that the stored summaries and the live count do not both hold."""

    is_stored: bool
    values: dict[str, Any]


def year_end(year: int) -> dt.date:
    """The day whose map a year is counted on: where a unit lies then is where it counts."""
    return dt.date(year, 12, 31)


def live_sql(*, of_places: bool) -> str:
    """The live count of a whole year, or of some places only, as one SELECT."""
    return LIVE_SQL.format(
        entries_wanted=WANTED_SQL.format(alias="listed") if of_places else "",
        results_wanted=WANTED_SQL.format(alias="found") if of_places else "",
        places_wanted="AND place_id = ANY(%(places)s)" if of_places else "",
        counts=", ".join(f"tally.{name}" for name in COUNTS),
    )


def live_parameters(year: int, places: Iterable[int] = ()) -> dict[str, Any]:
    """What LIVE_SQL is run with: the words of the workflow, never spelt out twice."""
    return {
        "year": year,
        "day": year_end(year),
        "places": list(places),
        "territorial": [str(kind) for kind in TERRITORIAL_KINDS],
        "voluntary": Coverage.VOLUNTARY.value,
        "recognition": Scheme.RECOGNITION.value,
        "classification": Scheme.CLASSIFICATION.value,
        "external": ResultSource.EXTERNAL.value,
        "paper": ResultSource.PAPER.value,
        "registered": [RegistrationStatus.SENT.value, RegistrationStatus.ACCEPTED.value],
        "sent": [status.value for status in WITH_AUTHORITY],
        "appraised": [status.value for status in APPRAISED_STATES],
        "decided": Status.DECIDED.value,
        "issued": DecisionStatus.ISSUED.value,
    }


def places_of(unit_ids: Collection[int]) -> list[int]:
    """Where these units lie or ever lay: their communes, and a unit of government itself; one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT CASE WHEN unit.kind = ANY(%(territorial)s) THEN unit.id ELSE version.parent_id END
            FROM units_unitversion version JOIN units_unit unit ON unit.id = version.unit_id
            WHERE version.unit_id = ANY(%(units)s)
            """,
            {
                "units": list(unit_ids),
                "territorial": [str(kind) for kind in TERRITORIAL_KINDS],
            },
        )
        return sorted(place for (place,) in cursor.fetchall())


def summary_differences(year: int) -> list[Difference]:
    """What the stored summaries of a year have too much, and what they lack; one statement, one view."""
    names = ", ".join(COLUMNS)
    statement = f"""
        WITH live AS ({live_sql(of_places=False)}),
        stored AS (SELECT {names} FROM evaluations_summary WHERE year = %(year)s)
        (SELECT true, * FROM (SELECT {names} FROM stored EXCEPT ALL SELECT {names} FROM live) extra)
        UNION ALL
        (SELECT false, * FROM (SELECT {names} FROM live EXCEPT ALL SELECT {names} FROM stored) missing)
        ORDER BY 4, 6, 7, 1
    """  # noqa: S608 - names of our own columns
    with connection.cursor() as cursor:
        cursor.execute(statement, live_parameters(year))
        return [
            Difference(is_stored, dict(zip(COLUMNS, values, strict=True)))
            for is_stored, *values in cursor.fetchall()
        ]


def counted_years() -> list[int]:
    """Years of which there is anything to count or anything counted."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT year FROM evaluations_roster UNION SELECT year FROM evaluations_recordedresult "
            "UNION SELECT year FROM evaluations_summary ORDER BY 1"
        )
        return [year for (year,) in cursor.fetchall()]
