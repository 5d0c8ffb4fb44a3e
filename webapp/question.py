"""From a submitted form to a question the planner can answer, or to every sentence that says why not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from math import isfinite
from zoneinfo import ZoneInfo

from planner.access.profiles import PRESETS, get_profile
from planner.errors import AmbiguousPlaceError, QueryError
from planner.language import Language
from planner.model import Place, Profile, Unknown
from planner.network.tables import Network
from planner.places import find_place, row_of_id
from planner.routing.plan import find_itineraries
from planner.routing.query import Answer, Query
from webapp.choices import Choice, choices_of
from webapp.limits import read_limits, to_profile

MAX_FIELD_LENGTH = 200
MAX_CHOICES = 20
MOST_SHOWN = 5  # more than that nobody compares
DEFAULT_PROFILE = "manual-wheelchair"
WHEN_FORMAT = "%Y-%m-%dT%H:%M"
DEFAULT_UNKNOWN = Unknown.PENALISE
UNKNOWN_CHOICES = (Unknown.EXCLUDE, Unknown.PENALISE, Unknown.ALLOW)

FIELDS = ("from", "to", "when", "by", "profile", "unknown", "roll", "avoid_lifts")
SHARED = ("from", "to", "when", "by", "unknown")
MOST_ROLL_M = 20_000
BY_CHOICES = ("leave", "arrive", "now")

_FIELD_OF = {"at": "when"}  # what the planner calls it, where the page calls it otherwise
_CHOSEN = re.compile(r".*\[([^\[\]]+)\]")  # "Gare du Nord [amiens:1130]", as the choices of a name are written
_NUMBERS = re.compile(r"[-+]?\d[\d.]*\s*,\s*[-+]?\d[\d.]*")


@dataclass(frozen=True, slots=True)
class Form:
    """What the visitor wrote, kept as it is so that it can be shown again."""

    origin: str
    destination: str
    when: str
    profile: str
    unknown: str
    by: str = BY_CHOICES[0]
    roll: str = ""  # metres to roll or walk in all, "" for no limit
    avoid_lifts: str = ""  # "1" or ""
    limits: dict[str, str] = field(default_factory=dict)  # by parameter, only those that were written

    def as_args(self) -> dict[str, str]:
        """The form as the parameters of its own address."""
        always = (self.origin, self.destination, self.when, self.by, self.profile, self.unknown)
        wishes = {"roll": self.roll, "avoid_lifts": self.avoid_lifts}
        written = {field: text for field, text in wishes.items() if text}
        return dict(zip(FIELDS, always, strict=False)) | written | self.limits

    def pinned(self) -> dict[str, str]:
        """The same question whenever it is asked: "now" is the moment that it was."""
        return self.as_args() | ({"by": "leave"} if self.by == "now" else {})

    def shared(self) -> dict[str, str]:
        """The question without what it says of the traveller: how somebody travels is about health."""
        return {field: text for field, text in self.pinned().items() if field in SHARED}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to correct, in the language of the page; ``choices`` where a name fits several places."""

    field: str | None  # None: the question as a whole
    message: str
    choices: tuple[Choice, ...] = ()


class RefusedFormError(Exception):
    """A form that cannot be answered as it stands, with every fault found."""

    def __init__(self, form: Form, faults: list[Fault]) -> None:
        self.form = form
        self.faults: dict[str | None, Fault] = {}
        for fault in faults:
            self.faults.setdefault(fault.field, fault)
        super().__init__("; ".join(fault.message for fault in faults))


def find_moment(text: str) -> datetime | None:
    """Read a local date and time without offset, or None."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is None and len(text) >= len("2019-04-15T08:00") else None


def read_form(args: Mapping[str, str], network: Network) -> Form:
    """Read the parameters of an address; what is absent gets the default of a fresh form."""
    places = args.get("from", "").strip(), args.get("to", "").strip()
    written = "" if args.get("by") == "now" else args.get("when", "").strip()
    return Form(
        origin=places["swap" in args],
        destination=places["swap" not in args],
        when=written or default_time(network, now()).strftime(WHEN_FORMAT),
        by=args.get("by", BY_CHOICES[0]),
        roll=args.get("roll", "").strip(),
        avoid_lifts="" if args.get("avoid_lifts", "").strip() in {"", "0"} else "1",
        limits=read_limits(args),
        profile=args.get("profile", DEFAULT_PROFILE),
        unknown=args.get("unknown", DEFAULT_UNKNOWN.value),
    )


def ask(form: Form, network: Network, language: Language) -> Answer:
    """Ask the planner; of many itineraries the first ones, those without a doubt before the others.

    Raises
    ------
    RefusedFormError
        With a sentence for each field that cannot be used.
    """
    faults: list[Fault] = []
    origin = _place("from", form.origin, network, language, faults)
    destination = _place("to", form.destination, network, language, faults)
    moment = _moment(form.when, network, language, faults)
    profile = _profile(form, language, faults)
    unknown = _unknown(form.unknown, language, faults)
    max_roll_m = _roll(form.roll, language, faults)
    if faults or origin is None or destination is None or moment is None or profile is None or unknown is None:
        raise RefusedFormError(form, faults)
    query = Query(
        origin=origin,
        destination=destination,
        at=moment,
        profile=profile,
        unknown=unknown,
        arrive_by=form.by == "arrive",
        max_roll_m=max_roll_m,
        avoid_lifts=bool(form.avoid_lifts),
        fallbacks=True,
    )
    try:
        answer = find_itineraries(network, query)
    except QueryError as error:
        raise RefusedFormError(form, [_fault_of(error, language)]) from error
    return replace(answer, itineraries=answer.itineraries[:MOST_SHOWN])


def now() -> datetime:
    """The present moment; a function of its own so that a test can stop the clock."""
    return datetime.now(UTC)


def default_time(network: Network, moment: datetime) -> datetime:
    """The local time of day; on a day outside the timetable, the nearest one inside with the same weekday."""
    local = moment.astimezone(ZoneInfo(network.timezone))
    first, last = network.first_day, network.last_day
    if first is None or last is None or first <= local.date() <= last:
        return local
    if local.date() < first:
        day = min(last, first + timedelta(days=(local.weekday() - first.weekday()) % 7))
    else:
        day = max(first, last - timedelta(days=(last.weekday() - local.weekday()) % 7))
    return local.replace(year=day.year, month=day.month, day=day.day)


def _place(field: str, text: str, network: Network, language: Language, faults: list[Fault]) -> Place | None:
    message = _unreadable(text, language)
    if not text:
        message = {
            "from": language.gettext("Write where you start: the name of a stop, for example."),
            "to": language.gettext("Write where you want to go: the name of a stop, for example."),
        }[field]
    if message is not None:
        faults.append(Fault(field, message))
        return None
    try:
        return _find_place(network, text, field)
    except AmbiguousPlaceError as error:
        message = language.gettext("Several places fit “%(text)s”. Choose yours.", text=text)
        faults.append(Fault(field, message, choices_of(network, error.candidates[:MAX_CHOICES], language)))
    except QueryError:
        faults.append(Fault(field, _no_place(network, text, language)))
    return None


def _find_place(network: Network, text: str, field: str) -> Place:
    """Find a place by what was typed, or by the id that a choice carries behind its name."""
    chosen = _CHOSEN.fullmatch(text)
    if chosen is not None and _NUMBERS.fullmatch(chosen[1]):
        return replace(find_place(network, chosen[1], field), name=text[: chosen.start(1) - 1].strip() or chosen[1])
    if chosen is not None and row_of_id(network.stops.id, chosen[1]) is not None:
        text = chosen[1]
    return find_place(network, text, field)


def _no_place(network: Network, text: str, language: Language) -> str:
    """Say why a text is no place, and what to write instead."""
    position = _position_example(network)
    if row_of_id(network.stops.id, text) is not None:
        return language.gettext("The timetable does not say where this stop is. Choose another one near it.")
    if _NUMBERS.fullmatch(text):
        return language.gettext(
            "“%(text)s” is no position. Write latitude, then longitude, such as %(position)s.",
            text=text,
            position=position,
        )
    return language.gettext(
        "No place called “%(text)s” was found on this network. Write the name of a stop, its number,"
        " or a position such as %(position)s.",
        text=text,
        position=position,
    )


def _moment(text: str, network: Network, language: Language, faults: list[Fault]) -> datetime | None:
    """Read a local time and check that the timetable knows its day and the clock its hour."""
    naive = find_moment(text)
    if naive is None:
        example = default_time(network, now()).strftime(WHEN_FORMAT)
        message = language.gettext("Write the day and the time like this: %(example)s.", example=example)
        faults.append(Fault("when", message))
        return None
    first, last = network.first_day, network.last_day
    if first is not None and last is not None and not first <= naive.date() <= last:
        faults.append(Fault("when", _out_of_timetable(first, last, language)))
        return None
    if not date.min.year < naive.year < date.max.year:  # where another timezone may lie outside the calendar
        faults.append(Fault("when", language.gettext("No timetable reaches this year. Choose another.")))
        return None
    timezone = ZoneInfo(network.timezone)
    moment = naive.replace(tzinfo=timezone)
    if moment.astimezone(UTC).astimezone(timezone).replace(tzinfo=None) != naive:
        message = language.gettext("This hour does not exist on that day: the clocks are put forward. Choose another.")
        faults.append(Fault("when", message))
        return None
    return moment


def _profile(form: Form, language: Language, faults: list[Fault]) -> Profile | None:
    if form.by not in BY_CHOICES:
        faults.append(Fault("by", language.gettext("Choose what the time is for.")))
    numbers, wrong = to_profile(form.limits, language)
    faults.extend(Fault(parameter, message) for parameter, message in wrong.items())
    if form.profile in PRESETS:
        return get_profile(form.profile, numbers)
    faults.append(Fault("profile", language.gettext("Choose how you travel.")))
    return None


def _unknown(text: str, language: Language, faults: list[Fault]) -> Unknown | None:
    if text in UNKNOWN_CHOICES:
        return Unknown(text)
    faults.append(Fault("unknown", language.gettext("Choose what to do with places that nobody has checked.")))
    return None


def _roll(text: str, language: Language, faults: list[Fault]) -> float | None:
    """Read a number of metres; None is no limit."""
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= MOST_ROLL_M:
        return float(text)
    values = {"high": language.number(MOST_ROLL_M)}
    faults.append(Fault("roll", language.gettext("A whole number of metres from 0 to %(high)s.", **values)))
    return None


def _unreadable(text: str, language: Language) -> str | None:
    """Say what is wrong with a text that no stop can be called."""
    if len(text) > MAX_FIELD_LENGTH:
        limit = language.number(MAX_FIELD_LENGTH)
        return language.gettext("This text is too long: %(limit)s characters are enough.", limit=limit)
    if any(unicodedata.category(letter) in {"Cc", "Cs", "Co", "Cn"} or letter == "\ufffd" for letter in text):
        return language.gettext("This text contains characters that cannot be read. Please type it again.")
    return None


def _out_of_timetable(first: date, last: date, language: Language) -> str:
    return language.gettext(
        "The timetable runs from %(first)s to %(last)s. Choose a day between them.",
        first=language.date(first),
        last=language.date(last),
    )


def _position_example(network: Network) -> str:
    """A position that lies on this network: that of its first stop that has one."""
    for lat, lon in zip(network.stops.lat, network.stops.lon, strict=True):
        if isfinite(lat) and isfinite(lon):
            return f"{lat:.4f},{lon:.4f}"
    return "48.8567,2.3522"


def _fault_of(error: QueryError, language: Language) -> Fault:
    """Say what the planner refused; its own sentences are for the command line and in English."""
    field = _FIELD_OF.get(error.field or "", error.field)
    if field == "to":
        return Fault("to", language.gettext("This is where you start. Write where you want to go."))
    message = language.gettext("The planner cannot use this. Change it, then ask again.")
    return Fault(field if field in FIELDS else None, message)
