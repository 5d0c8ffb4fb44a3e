"""What a change brings is the difference between two networks counted anew; a set is as good as it says."""

import random
import shutil
from collections.abc import Callable, Iterable
from datetime import date, datetime
from itertools import combinations
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from network.towns import FICTIVILLE, fictiville_in, surveyed
from worlds import DAY, World, poster

from planner.access.profiles import get_profile
from planner.access.walking_formula import OPEN
from planner.audit.changes import RAMP, cost_of
from planner.audit.fix_worth import VARIANTS, Worth, candidates, variant_of
from planner.audit.fixes import (
    Chosen,
    Fix,
    FixKind,
    FixQuestion,
    RankedFix,
    apply_fixes,
    best_set,
    by_owner,
    parse_changes,
    rank_fixes,
)
from planner.audit.subjects import link_ids, running_on
from planner.build import FactInputs, Input, build
from planner.errors import FeedError, QueryError
from planner.model import Flag, Profile, Unknown, Verdict
from planner.network.classes import boarding_classes
from planner.network.streets import LinkKind
from planner.network.tables import ALIGHT, BOARD, Network
from planner.routing.cells import judge_cells
from planner.routing.compile import day_view, profile_view, with_cells
from planner.routing.judge import judge_call
from planner.routing.many import all_stops, travel_batches
from planner.routing.reach import ReachQuery
from planner.routing.state import NEVER
from planner.routing.street_view import SHUT, street_view

SPRING = date(2026, 5, 12)
CHAIR, POWERED = get_profile("manual-wheelchair"), get_profile("powered-wheelchair")
WITHIN_S = 2700


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return fictiville_in(tmp_path_factory.getbasetemp())


@pytest.fixture(scope="module")
def question(town: Network) -> FixQuestion:
    return FixQuestion((CHAIR, POWERED), (SPRING,), (datetime(2026, 5, 12, 8, tzinfo=ZoneInfo(town.timezone)),))


@pytest.fixture(scope="module")
def ranked(town: Network, question: FixQuestion) -> list[RankedFix]:
    return rank_fixes(town, question)


def counted(network: Network, day: date, profile: Profile) -> tuple[float, float]:
    """Boardings and rides with YES, trip after trip and boarding after boarding."""
    classes, of_trip = boarding_classes(network, day)
    told: dict[tuple[int, int], tuple[float, float]] = {}
    boardings = rides = 0.0
    sequences = network.sequences
    for trip in np.flatnonzero(running_on(network, day)).tolist():
        q, number = int(network.trips.sequence[trip]), int(of_trip[trip])
        if (q, number) not in told:
            at = slice(int(sequences.stop_offset[q]), int(sequences.stop_offset[q + 1]))
            calls = list(zip(sequences.stop[at].tolist(), sequences.use[at].tolist(), strict=True))
            one, sums = classes[number], [0.0, 0.0]
            kinds = one.vehicle_types or (None,)
            for kind in kinds:
                ends = []
                for alighting, bit in ((False, BOARD), (True, ALIGHT)):
                    ends.append(
                        [
                            bool(use & bit)
                            and n != (0 if alighting else len(calls) - 1)
                            and judge_call(network, one, stop, profile, alighting=alighting, vehicle_type=kind).verdict
                            is Verdict.YES
                            for n, (stop, use) in enumerate(calls)
                        ]
                    )
                sums[0] += (sum(ends[0]) + sum(ends[1])) / len(kinds)
                sums[1] += sum(on and off for i, on in enumerate(ends[0]) for off in ends[1][i + 1 :]) / len(kinds)
            told[q, number] = sums[0], sums[1]
        boardings += told[q, number][0]
        rides += told[q, number][1]
    return boardings, rides


def tables(network: Network, profile: Profile, moments: Iterable[datetime]) -> list[np.ndarray]:
    """Seconds between all stops without a doubt, asked anew."""
    places = all_stops(network)
    made = []
    for moment in moments:
        query = ReachQuery(places[0], moment, profile, Unknown.EXCLUDE, within_s=WITHIN_S)
        table = np.concatenate([one.way_s[:, -1] for one in travel_batches(network, query, places, places)])
        np.fill_diagonal(table, NEVER)
        made.append(table)
    return made


def gained(before: list[np.ndarray], after: list[np.ndarray]) -> tuple[int, int]:
    pairs = saved = 0
    for was, is_ in zip(before, after, strict=True):
        both = (was != NEVER) & (is_ != NEVER)
        pairs += int((is_ != NEVER).sum()) - int((was != NEVER).sum())
        saved += int((was.astype(np.int64) - is_)[both].sum())
    return pairs, saved


def test_what_a_change_brings_is_the_difference_of_two_networks(
    town: Network, question: FixQuestion, ranked: list[RankedFix]
) -> None:
    assert {one.fix.kind for one in ranked} >= {FixKind.RAISE_QUAY, FixKind.SURVEY_QUAY, FixKind.EQUIP_VEHICLE}
    drawn = random.Random(3).sample(ranked, 14)
    before = {profile.id: tables(town, profile, question.moments) for profile in question.profiles}
    some = 0
    for one in drawn:
        after = apply_fixes(town, [one.fix], question.days)
        for profile, gain in zip(question.profiles, one.gains, strict=True):
            was, is_ = counted(town, SPRING, profile), counted(after, SPRING, profile)
            assert (gain.boardings - gain.lost, gain.rides) == pytest.approx((is_[0] - was[0], is_[1] - was[1]))
            told = gained(before[profile.id], tables(after, profile, question.moments))
            if gain.pairs is None:
                assert one.pairs_bound == 0, "only what is bound to bring no pair is left out here"
                assert told[0] <= 0
            else:
                assert (gain.pairs, gain.saved_s) == told
            some += told[0] != 0
        if one.pairs_bound is not None:
            assert one.pairs_bound >= sum(gain.pairs or 0 for gain in one.gains)
    assert some, "no change brings anybody anywhere"


def test_the_best_are_computed_and_the_rest_says_that_it_is_not(town: Network, question: FixQuestion) -> None:
    few = FixQuestion(question.profiles, question.days, question.moments, computed=4)
    told = rank_fixes(town, few)
    assert sum(one.pairs is not None for one in told) <= 4 < len(told)
    nobody = FixQuestion(question.profiles, question.days)
    assert {one.pairs for one in rank_fixes(town, nobody)} == {None}


def test_the_list_is_sorted_grouped_and_says_what_is_needed_and_paid(town: Network, question: FixQuestion) -> None:
    costs = {"RAISE_QUAY": 9000.0, "bus-no-ramp": 5.0}
    told = rank_fixes(town, FixQuestion(question.profiles, question.days, costs=costs))
    assert [one.rides for one in told] == sorted((one.rides for one in told), reverse=True)
    assert sum(map(len, by_owner(told).values())) == len(told)
    kinds = {one.fix.kind: one for one in reversed(told)}
    assert kinds[FixKind.RAISE_QUAY].cost == 9000.0
    assert cost_of(Fix(FixKind.EQUIP_VEHICLE, "bus-no-ramp"), costs) == 5.0
    assert kinds[FixKind.SURVEY_QUAY].cost is None
    assert kinds[FixKind.SURVEY_QUAY].needed_mm is None
    low = next(one for one in told if one.fix.id == "raise_quay:fictiville:C5-W@180")
    assert low.needed_mm == 180
    assert len({one.fix.id for one in told}) == len(told)


def test_a_view_with_other_verdicts_is_the_one_compiled_from_them(town: Network) -> None:
    stop_id = "fictiville:C5-W"
    after = apply_fixes(town, [Fix(FixKind.RAISE_QUAY, stop_id, 180.0)], [SPRING])
    row = town.stops.id.row_of[stop_id]
    for unknown in Unknown:
        cells = judge_cells(after, CHAIR, day_view(town, SPRING)[1])
        patched = with_cells(profile_view(town, SPRING, CHAIR, unknown), cells, unknown, np.array([row]))
        whole = profile_view(after, SPRING, CHAIR, unknown)
        before = profile_view(town, SPRING, CHAIR, unknown)
        for name, column in whole.riding._asdict().items():
            np.testing.assert_array_equal(getattr(patched.riding, name), column, err_msg=name)
        changed = (before.riding.board != whole.riding.board).any() or (
            before.riding.alight != whole.riding.alight
        ).any()
        assert changed


# --- Sets ----------------------------------------------------------------------------------------------


def rides_of(network: Network, day: date, profiles: Iterable[Profile]) -> float:
    return sum(counted(network, day, profile)[1] for profile in profiles)


def test_more_changes_never_bring_less_and_the_gain_told_is_counted_anew(town: Network, question: FixQuestion) -> None:
    plain = FixQuestion((CHAIR,), (SPRING,))
    singles = [one for one in rank_fixes(town, plain) if one.fix.kind is not FixKind.SURVEY_QUAY]
    before, last = rides_of(town, SPRING, [CHAIR]), 0.0
    for most in (1, 2, 3, 5, 8):
        chosen = best_set(town, plain, most)
        assert len(chosen.fixes) <= most
        assert chosen.rides >= last
        assert chosen.rides >= max(one.rides for one in singles)
        after = apply_fixes(town, chosen.fixes, [SPRING])
        assert chosen.rides == pytest.approx(rides_of(after, SPRING, [CHAIR]) - before)
        last = chosen.rides


def test_a_budget_is_kept_and_no_worse_than_what_it_buys_alone(town: Network) -> None:
    costs = {"RAISE_QUAY": 10.0, "EQUIP_VEHICLE": 40.0, "fictiville:C5-W": 3.0}
    plain = FixQuestion((CHAIR,), (SPRING,), costs=costs)
    singles = [one for one in rank_fixes(town, plain) if one.cost is not None]
    for budget in (0.0, 3.0, 12.0, 45.0, 100.0):
        chosen = best_set(town, plain, budget=budget)
        assert chosen.cost is not None
        assert chosen.cost <= budget
        best = max((one.rides for one in singles if one.cost is not None and one.cost <= budget), default=0.0)
        assert chosen.rides >= best
    with pytest.raises(QueryError):
        best_set(town, plain)


HEIGHTS = (0.0, 0.06, 0.12, 0.15, 0.18)


def drawn_world(number: int, folder: Path) -> Network:
    """Six quays of drawn heights, three lines over some of them, buses with a short ramp or none."""
    drawn = random.Random(number)
    stops, world = list("abcdef"), World()
    for line in range(3):
        called = drawn.sample(stops, drawn.randint(2, 5))
        for _ in range(drawn.randint(1, 4)):
            hour = drawn.randint(6, 20)
            mark = drawn.choice(("", "", "/x"))  # trips that are declared not accessible
            row = "\n".join(
                [" ".join(called), f"L{line}{mark} " + " ".join(f"{hour}:{5 * n:02}" for n in range(len(called)))]
            )
            world.runs += poster(row).runs
    used = sorted({call.stop for run in world.runs for call in run.calls})
    quays = "".join(f"w:{stop},{drawn.choice(HEIGHTS)},road,0.03\n" for stop in used)
    rows = "".join(f"route,w:L{line},{drawn.choice(('ramp', 'bare'))}\n" for line in range(3))
    return surveyed(
        world.network(),
        folder / str(number),
        quays="stop_id,quay_height_m,height_reference,gap_m\n" + quays,
        types="vehicle_type_id,mode,kneel_policy,wheelchair_spaces\nramp,bus,never,1\nbare,bus,never,1\n",
        doors="vehicle_type_id,door_no,floor_height_m,floor_height_kneeled_m,clear_width_m,inside_steps,device,ramp_length_m,"
        "ramp_width_m,ramp_load_kg\nramp,1,0.32,none,1.1,0,powered_ramp,0.9,0.8,350\nbare,1,0.23,none,1.1,0,none,,,\n",
        assignments="scope,scope_id,vehicle_type_id\n" + rows,
    )


def best_possible(network: Network, plain: FixQuestion, most: int) -> float:
    """Try every set of at most so many changes."""
    worth = Worth(network, plain.days, plain.profiles, VARIANTS)
    base = worth.count({}).rides.sum()
    row_of = network.stops.id.row_of
    raised = [fix for fix in candidates(network, worth) if fix.kind is FixKind.RAISE_QUAY]
    types = [fix for fix in candidates(network, worth) if fix.kind is FixKind.EQUIP_VEHICLE]
    best = 0.0
    for n_types in range(len(types) + 1):
        for some in combinations(types, n_types):
            after = Worth(apply_fixes(network, some, plain.days), plain.days, plain.profiles, VARIANTS)
            for size in range(most - n_types + 1):
                for chosen in combinations(raised, size):
                    choice = {row_of[fix.subject_id]: variant_of(fix) for fix in chosen}
                    best = max(best, float(after.count(choice).rides.sum() - base))
    return best


def test_how_near_a_set_comes_to_the_best_possible(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    plain, ratios = FixQuestion((CHAIR,), (DAY,)), []
    for number in range(12):
        network = drawn_world(number, tmp_path)
        last: Chosen | None = None
        for most in (1, 2, 3):
            chosen, possible = best_set(network, plain, most), best_possible(network, plain, most)
            assert chosen.rides <= possible + 1e-9
            assert last is None or chosen.rides >= last.rides
            if possible:
                ratios.append(chosen.rides / possible)
            last = chosen
    assert len(ratios) > 12, "these worlds have little to gain"
    told = f"of the best possible in {len(ratios)} sets: least {min(ratios):.2f}, mean {np.mean(ratios):.3f}"
    record_property("greedy sets", told)
    print(told)
    assert min(ratios) >= 0.5


# --- The network after changes ---------------------------------------------------------------------------


def test_a_change_leaves_the_network_as_it_was_and_says_that_it_is_planned(town: Network) -> None:
    before = town.knowledge.quays["fictiville:C5-W"]
    after = apply_fixes(town, [Fix(FixKind.RAISE_QUAY, "fictiville:C5-W", 180.0)], [SPRING])
    height = after.knowledge.quays["fictiville:C5-W"].height_mm
    assert height is not None
    assert (height.value.low, height.value.high, height.source_id) == (170, 190, "what-if")
    assert "planned" in after.knowledge.sources["what-if"].name
    assert town.knowledge.quays["fictiville:C5-W"] == before


def test_equipping_a_type_lifts_the_refusal_of_trips_that_only_it_runs(tmp_path: Path) -> None:
    plain = poster("""
              a     b
        1/x   8:00  8:10
        2/x   9:00  9:10
    """).network()
    network = surveyed(
        plain,
        tmp_path,
        types="vehicle_type_id,mode\nold,bus\nother,bus\n",
        assignments="scope,scope_id,vehicle_type_id\nroute,w:1,old\nroute,w:2,old\nroute,w:2,other\n",
    )
    after = apply_fixes(network, [Fix(FixKind.EQUIP_VEHICLE, "old")], [DAY])
    routes = [after.routes.id[row] for row in after.trips.route.tolist()]
    assert dict(zip(routes, after.trips.flag.tolist(), strict=True)) == {"w:1": Flag.UNKNOWN, "w:2": Flag.NO}
    (door,) = after.knowledge.vehicle_types["old"].doors
    assert door.device is not None
    assert door.device.value == RAMP["device"]
    assert set(network.trips.flag.tolist()) == {Flag.NO}


def test_a_kerb_is_lowered_and_a_lift_repaired_by_id(tmp_path_factory: pytest.TempPathFactory) -> None:
    town = fictiville_in(tmp_path_factory.getbasetemp(), streets=True)
    links, ids = town.streets.links, link_ids(town)
    assert len(set(ids)) == len(ids)
    kerb = int(np.flatnonzero(links.kind == LinkKind.KERB)[0])
    after = apply_fixes(town, [Fix(FixKind.LOWER_KERB, ids[kerb], 20.0)], [SPRING])
    assert (after.streets.links.kerb_low_mm[kerb], after.streets.links.kerb_high_mm[kerb]) == (20, 20)
    others = np.arange(len(ids)) != kerb
    np.testing.assert_array_equal(after.streets.links.kerb_low_mm[others], links.kerb_low_mm[others])
    lift = town.streets.equipment.id[0]
    assert not len(apply_fixes(town, [Fix(FixKind.REPAIR_LIFT, lift)], []).streets.equipment.closed_equipment)


def test_what_the_network_does_not_have_is_refused_by_name(town: Network) -> None:
    with pytest.raises(FeedError, match="raise_quay:atlantis@180"):
        apply_fixes(town, [Fix(FixKind.RAISE_QUAY, "atlantis", 180.0)], [SPRING])


def test_a_table_of_changes_is_read_and_all_its_faults_are_told() -> None:
    text = "kind,id,value_mm\nraise_quay,town:market,180\nequip_vehicle,old,\nlower_kerb,way/1#0,\n"
    assert parse_changes("\ufeff" + text) == [
        Fix(FixKind.RAISE_QUAY, "town:market", 180.0),
        Fix(FixKind.EQUIP_VEHICLE, "old"),
        Fix(FixKind.LOWER_KERB, "way/1#0", 20.0),
    ]
    with pytest.raises(FeedError) as refused:
        parse_changes("kind,id,value_mm\ndig,a,1\nraise_quay,,180\nraise_quay,a,\nraise_quay,a,high\n")
    assert [fault.row for fault in refused.value.faults] == [2, 3, 4, 5]
    with pytest.raises(FeedError):
        parse_changes("a,b\n1,2\n")


def test_a_lift_that_is_out_of_service_and_a_high_kerb_are_candidates(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Everything is as it is in Fictiville, but the lift of the station stands still."""
    base = tmp_path_factory.getbasetemp()
    fictiville_in(base, streets=True)  # writes the feed
    survey = tmp_path / "survey"
    shutil.copytree(FICTIVILLE / "survey", survey)
    (survey / "equipment_status.csv").write_text("equipment_id,status\nE1-lift,out_of_service\n", "utf-8")
    facts = FactInputs(survey=survey, osm=(FICTIVILLE / "streets.osm",))
    town = build(tmp_path / "town", [Input("fictiville", base / "fictiville.zip")], facts)
    plain = FixQuestion((POWERED,), (SPRING,))
    told = {one.fix.kind: one for one in reversed(rank_fixes(town, plain))}
    lift = told[FixKind.REPAIR_LIFT]
    assert (lift.boardings, lift.rides, lift.pairs) == (0, 0, None), "no boarding changes; pairs were not asked for"
    moment = datetime(2026, 5, 12, 8, tzinfo=ZoneInfo(town.timezone))
    after = apply_fixes(town, [lift.fix], plain.days)
    at_s = int(moment.timestamp())
    view, repaired = (street_view(one, POWERED, at_s) for one in (town, after))
    assert ((view.closed == SHUT) & (repaired.closed == OPEN)).any()
    kerbs = [
        fix for fix in candidates(town, Worth(town, (SPRING,), (POWERED,), VARIANTS)) if fix.kind is FixKind.LOWER_KERB
    ]
    links = town.streets.links
    assert len(kerbs) == ((links.kind == LinkKind.KERB) & (links.kerb_low_mm > 20)).sum()
    asked = FixQuestion((POWERED,), (SPRING,), (moment,), computed=10_000)
    ranked = {one.fix: one for one in rank_fixes(town, asked)}
    before, bring = tables(town, POWERED, asked.moments), 0
    for fix in (lift.fix, *kerbs):
        told = gained(before, tables(apply_fixes(town, [fix], plain.days), POWERED, asked.moments))
        if fix in ranked:
            assert (ranked[fix].gains[0].pairs, ranked[fix].gains[0].saved_s) == told
            assert ranked[fix].pairs_bound >= told[0]
            bring += 1
        else:
            assert told == (0, 0), "a change that brings something is on the list"
    print(bring, len(kerbs))
    assert bring, "no kerb and no lift changes any way"
