"""Quays, vehicles and random cases for the boarding tests; the same case in our words and in the oracle's."""

import importlib.util
import random
import sys
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from planner.facts import Fact, Interval, Method
from planner.model import NO_KNEELING, Door, Profile, Quay, VehicleType

SOURCE = "test"


def fact(value: Any, method: Method = Method.SURVEY) -> Fact[Any]:
    """A fact of this value."""
    return Fact(value, SOURCE, method)


def mm(low: float, high: float | None = None, method: Method = Method.SURVEY) -> Fact[Interval]:
    """A measured length."""
    return Fact(Interval(low, low if high is None else high), SOURCE, method)


def quay(height: float | None = 180, **changed: Any) -> Quay:
    """A well-known quay: 40 mm gap, room for a wheelchair, ramp may be put out."""
    known = Quay(
        height_mm=None if height is None else mm(height),
        height_reference="road",
        gap_mm=mm(40),
        approach=fact("straight"),
        manoeuvre_mm=mm(1600),
        ramp_deployable=fact(True),
    )
    return replace(known, **changed)


def door(**changed: Any) -> Door:
    """A well-known door: 320 mm, kneeled 250, manual ramp of 1 m that does not reach the road."""
    known = Door(
        door_no=2,
        floor_mm=mm(320),
        floor_kneeled_mm=mm(250),
        clear_width_mm=mm(1200),
        inside_steps=fact(0),
        use="both",
        device=fact("manual_ramp"),
        ramp_length_mm=mm(1000),
        ramp_load_kg=fact(300.0),
        ramp_outlet_drop_mm=mm(0),
        deploys_to_road=fact(False),
    )
    return replace(known, **changed)


def bus(*doors: Door, **changed: Any) -> VehicleType:
    """A bus that always kneels, with one wheelchair space."""
    known = VehicleType("bus", "Bus", "bus", fact("always"), fact(1), doors or (door(),))
    return replace(known, **changed)


# --- The oracle ----------------------------------------------------------------------------------------


def load_oracle(path: Path) -> ModuleType:
    """The slow twin as a module; it is read, never copied."""
    spec = importlib.util.spec_from_file_location("boarding_oracle", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@dataclass(frozen=True)
class Case:
    """One random case in both languages."""

    quay: Quay
    vehicle: VehicleType
    oracle_quay: dict[str, Any]
    oracle_door: dict[str, Any]
    alighting: bool


def draw(rng: random.Random, blank: float = 0.12) -> Case:
    """A random case: everything near the limits that matter, each fact blanked with chance ``blank``."""

    def maybe(value: Any) -> Any:
        return None if rng.random() < blank else value

    def around(middle: float, tolerances: tuple[int, ...] = (0, 0, 5, 10, 20, 40)) -> tuple[float, float]:
        by = rng.choice(tolerances)
        return (max(0.0, middle - by), middle + by)

    mode = rng.choices(("bus", "tram", "rail", "coach"), (80, 12, 4, 4))[0]
    high = rng.random() < 0.12
    floor = rng.randint(400, 950) if high else rng.choice((rng.randint(180, 400), 320, 350))
    level_quay = floor - rng.randint(-60, 120)
    height = rng.choice((0, 10, 30, 120, rng.randint(0, 400), max(0, level_quay), max(0, level_quay)))
    kneeled = rng.choice((NO_KNEELING, around(max(0, floor - rng.choice((50, 70, 80, 100, 140))))))
    lift = rng.choice((False, False, False, True, None))
    length: Any = rng.choice(((0, 0), around(rng.choice((850, 900, 1000, 1200, 1500, 2000)), (0, 10, 20)), None))
    if lift and length is None:
        length = (0, 0)  # a lift without a word about a ramp has none
    oracle_quay = {
        "height": maybe(around(height)),
        "gap": maybe(around(rng.choice((20, 40, 50, 75, 100, 150, rng.randint(0, 400))))),
        "manoeuvre": maybe(rng.choice((1100, 1199, 1200, 1350, 1500, 1700, 2000, 2000, 3000, 3000))),
        "ramp_deployable": maybe(rng.random() < 0.9),
        "approach": rng.choice(("straight", "straight", "bulb", "bay", "bay_parking")),
    }
    oracle_door = {
        "mode": mode,
        "floor": maybe(around(floor)),
        "floor_kneeled": maybe(kneeled),
        "kneel_policy": maybe(rng.choice(("always", "always", "on_request", "never"))),
        "ramp_length": length,
        "ramp_load": maybe(rng.choice((100, 230, 250, 300, 300, 350))),
        "ramp_to_road": maybe(rng.random() < 0.5),
        "ramp_outlet_drop": rng.choice((0, 0, 0, 15, 60)),
        "lift": lift,
        "clear_width": maybe(rng.choice((749, 750, 800, 900, 1200, 1200, 1200))),
        "inside_steps": maybe(rng.choice((0, 0, 0, 0, 0, 0, 1))),
        "wheelchair_spaces": maybe(rng.choice((0, 1, 1, 1, 1, 1, 2))),
    }
    return Case(_our_quay(oracle_quay, mode), _our_vehicle(oracle_door), oracle_quay, oracle_door, rng.random() < 0.5)


def _interval(pair: tuple[float, float] | None) -> Fact[Interval] | None:
    return None if pair is None else mm(*pair)


def _our_quay(known: dict[str, Any], mode: str) -> Quay:
    room = known["manoeuvre"]
    return Quay(
        height_mm=_interval(known["height"]),
        height_reference="rail" if mode in ("tram", "rail") else None,  # no word: the road, for buses
        gap_mm=_interval(known["gap"]),
        approach=fact(known["approach"]),
        manoeuvre_mm=None if room is None else mm(room),
        ramp_deployable=_said(known["ramp_deployable"]),
    )


def _said(value: Any) -> Fact[Any] | None:
    return None if value is None else fact(value)


def _our_vehicle(known: dict[str, Any]) -> VehicleType:
    kneeled = known["floor_kneeled"]
    width = known["clear_width"]
    no_ramp = known["ramp_length"] == (0, 0)
    device = {True: "lift", False: "none" if no_ramp else "manual_ramp", None: None}[known["lift"]]
    at = Door(
        door_no=1,
        floor_mm=_interval(known["floor"]),
        floor_kneeled_mm=fact(kneeled) if kneeled == NO_KNEELING else _interval(kneeled),
        clear_width_mm=None if width is None else mm(width),
        inside_steps=_said(known["inside_steps"]),
        device=_said(device),
        ramp_length_mm=_interval(known["ramp_length"]),
        ramp_load_kg=None if known["ramp_load"] is None else fact(float(known["ramp_load"])),
        ramp_outlet_drop_mm=mm(known["ramp_outlet_drop"]),
        deploys_to_road=_said(known["ramp_to_road"]),
    )
    return VehicleType(
        "v", "Vehicle", known["mode"], _said(known["kneel_policy"]), _said(known["wheelchair_spaces"]), (at,)
    )


@dataclass(frozen=True)
class Expected:
    """What the oracle says where it is right (see ``ask_oracle``)."""

    best: int
    worst: int
    verdict: str
    missing: frozenset[str]


def ask_oracle(oracle: ModuleType, case: Case, profile: Profile, *, refined: bool = False) -> Expected:
    """The oracle's answer, asked so that it keeps the laws of DOMAIN 1.1.

    In three places it breaks one of them and is asked otherwise:

    - Floor unknown, kneeling not excluded: it never kneels the unknown floor (and forgets the standing floor where only
      the kneeled one is known), so blanking a floor of 180 mm could create a NO. It gets the prior as the floor, and
      that reaches 140 mm above a known kneeled floor.
    - A blocked bay before a high floor whose inside steps are unknown: there it takes "no steps" for granted. Both are
      asked.
    - Modes without priors: it still uses the bus priors for gap and ramp. They are opened.
    """
    door, known_quay = dict(case.oracle_door), dict(case.oracle_quay)
    forgotten = set()
    may_kneel = door["floor_kneeled"] != NO_KNEELING and door["kneel_policy"] != "never"
    prior = door["mode"] in ("bus", "tram")
    kneeled = door["floor_kneeled"]
    if prior and door["floor"] is None and (may_kneel or isinstance(kneeled, tuple)):
        door["floor"] = (180, max(400, kneeled[1] + 140) if isinstance(kneeled, tuple) else 400)
        forgotten.add("door.floor")
    asked = [door["inside_steps"]]
    judged = prior or (door["floor"] is not None and known_quay["height"] is not None)
    if (
        judged
        and door["inside_steps"] is None
        and ("door.floor" in forgotten or door["floor"] is None or door["floor"][1] > 400)
    ):
        asked = [0, 1]
        forgotten.add("door.inside_steps")
    usual = dict(oracle.PRIOR), oracle._grid
    if not prior:
        oracle.PRIOR.update({"quay.gap": (0, 1e7), "door.ramp_length": (0, 1e7)})
    if refined:
        oracle._grid = partial(_refined_grid, usual[1], _critical(oracle, case, door, profile))
    try:
        said = [
            oracle.judge(
                oracle.Quay(**known_quay),
                oracle.Door(**{**door, "inside_steps": steps}),
                next(p for p in oracle.ALL if p.id == profile.id),
                case.alighting,
            )
            for steps in asked
        ]
    finally:
        oracle.PRIOR.update(usual[0])
        oracle._grid = usual[1]
    best, worst = min(s.best for s in said), max(s.worst for s in said)
    missing = {name for s in said for name in s.missing} | forgotten
    verdict = "NO" if best == 6 else "YES" if worst < 6 else "UNKNOWN" if missing else "UNCERTAIN"
    return Expected(int(best), int(worst), verdict, frozenset(missing))


def _critical(oracle: ModuleType, case: Case, known: dict[str, Any], profile: Profile) -> list[float]:
    """Heights of quay or floor at which the outcome changes, and just beside them."""
    person = next(p for p in oracle.ALL if p.id == profile.id)
    gaps = (*(case.oracle_quay["gap"] or (0, 400, 1e7)), 300)
    lengths = [length for end in (known["ramp_length"] or (0, 2000, 1e7)) for length in (end,)]
    if known["ramp_length"] is None:
        lengths += [1000, 5e6]
    rises = {0.0, known["ramp_outlet_drop"]}
    for rise in (person.step_up, person.step_down, person.step_max, person.tip[0]):
        rises |= {rise, -rise}
    for length in lengths:
        for slope in (person.ramp_alone, person.ramp_helped):
            rises.add(length * slope / (1 + slope * slope) ** 0.5)
        rises |= {(length**2 - (gap + 100) ** 2) ** 0.5 for gap in gaps if length >= gap + 100}
    ends: set[float] = {*(case.oracle_quay["height"] or (0, 400)), *(known["floor"] or (180, 400))}
    if isinstance(known["floor_kneeled"], tuple):
        ends |= {*known["floor_kneeled"]}
    elif known["floor"]:
        ends.add(known["floor"][0] - 140)
    points = {30.0} | {end + sign * rise for end in ends for rise in rises for sign in (-1, 1)}
    return sorted(point + by for point in points for by in (-1e-3, 0.0, 1e-3))


def _refined_grid(usual: Any, critical: list[float], interval: tuple[float, float]) -> list[float]:
    low, high = interval
    return sorted({*usual(interval), *(point for point in critical if low <= point <= high)})
