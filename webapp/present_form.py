"""What a page shows before a question is asked: the network, how much is known of it, and the form."""

from __future__ import annotations

from dataclasses import dataclass

from planner.access.profiles import PRESETS
from planner.language import Language
from planner.network.tables import Network
from webapp.question import UNKNOWN_CHOICES, Fault, Form, find_moment
from webapp.words import profile_hint, profile_name, unknown_name


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One row of the table of what the operator declares; shares are for the bar beside it, 0 to 100."""

    label: str
    counts: tuple[str, str, str]  # yes, no, nothing said
    shares: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class NetworkView:
    """A network as a heading, and how much is known of it."""

    name: str
    title: str
    notice: str
    attribution: str
    measured: str
    meaning: str
    span: str
    rows: tuple[CoverageRow, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One radio button."""

    value: str
    label: str
    hint: str
    checked: bool


@dataclass(frozen=True, slots=True)
class FormView:
    """The form with its values, its choices and the sentences beside its fields."""

    origin: str
    destination: str
    when: str
    when_type: str  # what a date field cannot show is kept in a text field
    first_day: str
    last_day: str
    profiles: tuple[Choice, ...]
    unknowns: tuple[Choice, ...]
    faults: dict[str | None, Fault]
    summary: str
    others: dict[str, dict[str, str]]  # for each place, all that was written but that place


def present_network(network: Network, language: Language) -> NetworkView:
    """Show a network and its coverage: what is measured, what is declared, and what that means for a trip."""
    known = network.coverage
    counted = (
        (language.gettext("Stops"), (known.stops_yes, known.stops_no, known.stops_unknown)),
        (language.gettext("Vehicle trips"), (known.trips_yes, known.trips_no, known.trips_unknown)),
    )
    rows = tuple(
        CoverageRow(
            label,
            (language.number(counts[0]), language.number(counts[1]), language.number(counts[2])),
            tuple(round(100 * count / max(1, sum(counts)), 2) for count in counts),  # type: ignore[arg-type]
        )
        for label, counts in counted
    )
    return NetworkView(
        name=network.name,
        title=network.title,
        notice=network.notice,
        attribution=network.attribution,
        measured=language.ngettext(
            "%(measured)s of %(count)s quay measured",
            "%(measured)s of %(count)s quays measured",
            known.quays,
            measured=language.number(known.quays_measured),
        ),
        meaning=_coverage_meaning(network, language),
        span=_span(network, language),
        rows=rows,
    )


def present_form(form: Form, faults: dict[str | None, Fault], network: Network, language: Language) -> FormView:
    """Show the form with what was written in it."""
    return FormView(
        origin=form.origin,
        destination=form.destination,
        when=form.when,
        when_type="text" if find_moment(form.when) is None else "datetime-local",
        first_day=f"{network.first_day}T00:00" if network.first_day else "",
        last_day=f"{network.last_day}T23:59" if network.last_day else "",
        profiles=tuple(
            Choice(id_, profile_name(id_, language), profile_hint(profile, language), id_ == form.profile)
            for id_, profile in PRESETS.items()
        ),
        unknowns=tuple(
            Choice(choice.value, unknown_name(choice, language), "", choice.value == form.unknown)
            for choice in UNKNOWN_CHOICES
        ),
        faults=faults,
        summary=language.ngettext(
            "One answer needs your attention", "%(count)s answers need your attention", len(faults)
        ),
        others={
            place: {field: text for field, text in form.as_args().items() if field != place} for place in ("from", "to")
        },
    )


def _coverage_meaning(network: Network, language: Language) -> str:
    known = network.coverage
    declared = known.stops_yes + known.stops_no + known.trips_yes + known.trips_no
    if known.quays_measured:
        return language.gettext("Where a quay is measured, each boarding is said with its numbers and its source.")
    if declared:
        return language.gettext(
            "Nobody has measured a quay here. What is said of a boarding is what the operator declares, and no more."
        )
    return language.gettext(
        "Nobody has measured a quay here, and the operator declares nothing. Times and lines are known; whether"
        " you can get on is not, and each trip says so."
    )


def _span(network: Network, language: Language) -> str:
    if network.first_day is None or network.last_day is None:
        return language.gettext("This network has no timetable.")
    return language.gettext(
        "Timetable from %(first)s to %(last)s.",
        first=language.date(network.first_day),
        last=language.date(network.last_day),
    )
