"""What a page shows before a question is asked: the network, how much is known of it, and the form."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from planner.access.profiles import PRESETS
from planner.language import Language
from planner.network.tables import Network
from planner.sentence_parts import profile_name
from webapp.limits import LimitField, limit_fields
from webapp.map_ground import MOST_KEPT_SILENTLY_MB, box_of_stops, ground_addresses, ground_mb
from webapp.question import BY_CHOICES, DEFAULT_PROFILE, UNKNOWN_CHOICES, Fault, Form, find_moment
from webapp.words import by_name, profile_hint, unknown_name

MOST_STOP_NAMES = 1000  # about 10 kB of a compressed page


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
    invented: bool
    attribution: str
    measured: str
    vehicles: str
    meaning: str
    span: str
    rows: tuple[CoverageRow, ...]
    ground: dict[str, dict[str, str]]  # below a movable map: what the address of each file is made of
    ground_size: str  # where it is too large to be kept on a device without being asked, else ""
    box: tuple[float, float, float, float] | None  # south, west, north, east of nearly all stops; None: no positions


@dataclass(frozen=True, slots=True)
class Option:
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
    profile: str
    profiles: tuple[Option, ...]
    unknowns: tuple[Option, ...]
    faults: dict[str | None, Fault]
    summary: str
    bys: tuple[Option, ...]
    roll: LimitField
    avoid_lifts: Option
    limits: tuple[LimitField, ...]
    place_hint: str  # what may be written as a place
    stop_names: tuple[str, ...]  # what a browser may offer while somebody types; empty for a large network
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
        invented=network.knowledge.invented,
        attribution=network.attribution,
        measured=_measured(network, language),
        vehicles=_vehicles(network, language),
        meaning=_coverage_meaning(network, language),
        span=_span(network, language),
        rows=rows,
        ground=ground_addresses(network),
        ground_size=language.number(ground_mb(network), 0) if ground_mb(network) > MOST_KEPT_SILENTLY_MB else "",
        box=box_of_stops(network),
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
        profile=form.profile,
        profiles=tuple(
            Option(id_, profile_name(id_, language), profile_hint(profile, language), id_ == form.profile)
            for id_, profile in PRESETS.items()
        ),
        unknowns=tuple(
            Option(choice.value, unknown_name(choice, language), "", choice.value == form.unknown)
            for choice in UNKNOWN_CHOICES
        ),
        faults=faults,
        bys=tuple(Option(by, by_name(by, language), "", by == form.by) for by in BY_CHOICES),
        roll=LimitField(
            "roll",
            language.gettext("At most to roll or walk in all (metres)"),
            language.gettext("Leave it empty for no limit."),
            form.roll,
        ),
        avoid_lifts=Option(
            "1",
            language.gettext("Use no lift of the streets or stations"),
            language.gettext("The lifts of vehicles are not meant."),
            bool(form.avoid_lifts),
        ),
        limits=limit_fields(form.limits, PRESETS.get(form.profile, PRESETS[DEFAULT_PROFILE]), language),
        place_hint=_place_hint(network, language),
        summary=language.ngettext(
            "One answer needs your attention", "%(count)s answers need your attention", len(faults)
        ),
        stop_names=stop_names(network),
        others={
            place: {field: text for field, text in form.as_args().items() if field != place} for place in ("from", "to")
        },
    )


@lru_cache(maxsize=16)
def stop_names(network: Network) -> tuple[str, ...]:
    """Every name of a served stop, unless there are too many to send along with a form."""
    names = sorted({network.stops.name[row] for row in network.served.nonzero()[0].tolist()})
    return tuple(names) if len(names) <= MOST_STOP_NAMES else ()


def _place_hint(network: Network, language: Language) -> str:
    if len(network.landmarks.lon):
        return language.gettext("A stop, a street, an address, a place such as a school, or latitude, longitude.")
    return language.gettext("The name of a stop, its number, or a position (latitude, longitude).")


def _measured(network: Network, language: Language) -> str:
    known = network.coverage
    measured = language.number(known.quays_measured)
    if network.knowledge.invented:
        return language.ngettext(
            "%(measured)s of %(count)s quay with an invented height",
            "%(measured)s of %(count)s quays with an invented height",
            known.quays,
            measured=measured,
        )
    return language.ngettext(
        "%(measured)s of %(count)s quay measured",
        "%(measured)s of %(count)s quays measured",
        known.quays,
        measured=measured,
    )


def _vehicles(network: Network, language: Language) -> str:
    described = sum(bool(vehicle.doors) for vehicle in network.knowledge.vehicle_types.values())
    if not described:
        return language.gettext("No vehicle is described: floors, ramps and lifts are not known.")
    return language.ngettext(
        "%(count)s type of vehicle is described, with its doors.",
        "%(count)s types of vehicle are described, with their doors.",
        described,
    )


def _coverage_meaning(network: Network, language: Language) -> str:
    known = network.coverage
    declared = known.stops_yes + known.stops_no + known.trips_yes + known.trips_no
    if network.knowledge.invented:
        return language.gettext("Each boarding is said with its numbers, as it would be in a real town.")
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
