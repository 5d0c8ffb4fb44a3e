"""The presets and what a traveller may change about them."""

from dataclasses import fields

import pytest

from planner.access.profiles import DEFAULT_PROFILE, PRESETS, get_profile, limits
from planner.errors import QueryError
from planner.model import Profile

NAMES = [
    "manual-wheelchair", "manual-wheelchair-assisted", "powered-wheelchair", "mobility-scooter", "walking-frame",
    "pram", "walking-stick", "blind-cane", "on-foot",
]  # fmt: skip


def test_there_are_nine_presets_under_their_own_names() -> None:
    assert list(PRESETS) == NAMES
    assert all(profile.id == name for name, profile in PRESETS.items())
    assert DEFAULT_PROFILE == "manual-wheelchair"


@pytest.mark.parametrize(
    ("profile_id", "boarding", "way"),
    [
        ("manual-wheelchair", (20, 50, 0.10, 110, 700, 1500, 1), (0.79, 0.05, 0.08, 0.10, 20, 40, 800, 0)),
        ("manual-wheelchair-assisted", (50, 75, 0.10, 110, 700, 1500, 1), (0.90, 0.08, 0.12, 0.12, 40, 80, 800, 0)),
        ("powered-wheelchair", (50, 75, 0.12, 230, 700, 1500, 1), (1.30, 0.08, 0.12, 0.12, 30, 50, 800, 0)),
        ("mobility-scooter", (20, 50, 0.10, 250, 700, 2000, 1), (1.40, 0.08, 0.10, 0.10, 30, 50, 900, 0)),
        ("walking-frame", (50, 75, 0.12, 90, 650, 1500, 0), (0.61, 0.06, 0.10, 0.10, 30, 60, 700, 0)),
        ("pram", (100, 100, 0.12, 30, 650, 1500, 0), (1.10, 0.08, 0.12, 0.12, 60, 120, 700, 3)),
        ("walking-stick", (50, 75, 0.12, 90, 500, 1500, 0), (0.76, 0.10, 0.14, 0.14, 100, 200, 600, 10)),
        ("blind-cane", (50, 100, 0.12, 90, 500, 1500, 0), (0.90, None, None, None, None, 200, 600, None)),
        ("on-foot", (None, None, None, None, None, None, 0), (1.33, None, None, None, None, None, None, None)),
    ],
)
def test_presets_hold_the_numbers_of_the_table(
    profile_id: str, boarding: tuple[float | None, ...], way: tuple[float | None, ...]
) -> None:
    p = get_profile(profile_id)
    held = (p.step_up_mm, p.gap_mm, p.ramp_alone, p.mass_kg, p.width_mm, p.turning_mm, p.wheelchairs)
    assert held == boarding
    assert p.step_down_mm == p.step_up_mm
    assert (
        p.speed_m_s, p.slope_up_soft, p.slope_up_hard, p.slope_down_hard, p.kerb_soft_mm, p.kerb_hard_mm,
        p.path_width_mm, p.max_steps,
    ) == way  # fmt: skip
    assert p.margin_s == (0 if profile_id == "on-foot" else 60)


def test_only_wheelchairs_and_scooters_hear_flags_and_a_scooter_does_not_trust_them() -> None:
    assert {p.id for p in PRESETS.values() if p.speaks_to_flags} == set(NAMES[:4])
    assert {p.id for p in PRESETS.values() if p.trusts_flags} == set(NAMES[:3])
    assert {p.id for p in PRESETS.values() if p.wheeled} == set(NAMES[:4])
    assert {p.id for p in PRESETS.values() if p.helper} == {"manual-wheelchair-assisted", "pram"}


def test_every_number_of_a_profile_is_a_limit_that_can_be_set() -> None:
    words = {"id", "wheeled", "speaks_to_flags", "trusts_flags", "surfaces_refused", "smoothness_refused"}
    words |= {"shows_declared_no", "level_only"}  # wishes of a question, no limits of the body or the chair
    assert {limit.name for limit in limits()} == {f.name for f in fields(Profile)} - words
    for limit in limits():
        for value in (limit.low, limit.high):
            changed = get_profile(DEFAULT_PROFILE, {limit.name: "yes" if limit.unit == "yes/no" and value else value})
            assert getattr(changed, limit.name) == value, limit.name


def test_limits_are_read_as_people_write_them() -> None:
    assert get_profile("pram", {"gap_mm": " 40 "}).gap_mm == 40
    assert get_profile("pram", {"ramp_alone": "0,08"}).ramp_alone == 0.08
    assert get_profile("pram", {"helper": "no"}).helper is False
    assert get_profile("pram", {"margin_s": "90"}).margin_s == 90
    assert PRESETS["pram"].gap_mm == 100, "a preset is never changed"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("gap_mm", "nan"), ("gap_mm", float("inf")), ("gap_mm", "-1"), ("gap_mm", "401"), ("gap_mm", ""),
        ("gap_mm", "4 0"), ("gap_mm", "4_0"), ("gap_mm", "1e999"), ("gap_mm", "９" * 500), ("ramp_alone", "0.2"),
        ("ramp_helped", "0.26"), ("ramp_alone", "10 %"), ("wheelchairs", "1.5"), ("helper", "2"), ("helper", "maybe"),
        ("speed_m_s", "0"), ("id", "x"), ("wheeled", "no"), ("surfaces_refused", "sand"), ("", "1"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_limit_is_refused_with_what_is_allowed(name: str, value: str | float) -> None:
    with pytest.raises(QueryError) as refused:
        get_profile("manual-wheelchair", {name: value})
    assert refused.value.field == name
    text = str(refused.value)
    assert "gap_mm" in text or "from" in text or "yes or no" in text
    assert len(text) < 800


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(QueryError, match=r"gap_mm cannot be “x”.*mass_kg cannot be “0”") as refused:
        get_profile("pram", {"gap_mm": "x", "mass_kg": "0"})
    assert refused.value.field == "gap_mm"


def test_an_unknown_profile_names_those_that_exist() -> None:
    with pytest.raises(QueryError, match="walking-stick") as refused:
        get_profile("wheelchair")
    assert refused.value.field == "profile"
