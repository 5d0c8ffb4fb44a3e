"""The invented survey is the same for the same seed, says everywhere that it is invented, and stays outside."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from network.towns import fictiville_in

from planner.access.profiles import get_profile
from planner.audit.changes import links_of
from planner.audit.fix_pairs import Pairs
from planner.audit.fix_worth import VARIANTS, Counted, Worth, candidates
from planner.audit.fixes import WAYS, FixQuestion, apply_fixes, rank_fixes
from planner.build import FactInputs, Input, build
from planner.feeds.survey import read_survey
from planner.model import Profile, Unknown
from planner.network.streets import LinkKind
from planner.network.tables import Network
from planner.routing.many import all_stops, travel_batches
from planner.routing.reach import ReachQuery
from planner.routing.state import NEVER
from scripts.bench_audit import PROFILES
from scripts.survey_sample import MARK, MISSING, main, write_survey


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return fictiville_in(tmp_path_factory.getbasetemp())


def test_the_same_seed_gives_the_same_survey_and_all_of_it_is_marked(town: Network, tmp_path: Path) -> None:
    for name, seed in (("one", 8), ("again", 8), ("other", 9)):
        write_survey(town, tmp_path / name, seed)
    tables = [
        {path.name: path.read_text("utf-8") for path in (tmp_path / n).iterdir()} for n in ("one", "again", "other")
    ]
    assert tables[0] == tables[1] != tables[2]
    rows = [
        line for name in ("quays.csv", "vehicle_types.csv", "sources.csv") for line in tables[0][name].splitlines()[1:]
    ]
    assert all(MARK in row for row in rows)
    reading = read_survey(tmp_path / "one")
    assert reading.evidence
    assert not reading.findings
    heights = sum(one.attribute == "height_mm" for one in reading.evidence)
    quays = int(town.served.sum())
    assert 0.5 * MISSING < 1 - heights / quays < 2 * MISSING


def test_a_folder_of_the_repository_is_refused(town: Network, capsys: pytest.CaptureFixture[str]) -> None:
    inside = Path(__file__).parent / "invented"
    assert main([str(town.folder), str(inside)]) == 2
    assert not inside.exists()
    assert "repository" in capsys.readouterr().err


def all_pairs(network: Network, profile: Profile, moment: datetime) -> np.ndarray:
    """Seconds between all stops without a doubt."""
    places = all_stops(network)
    query = ReachQuery(places[0], moment, profile, Unknown.EXCLUDE, within_s=2700)
    way_s = np.concatenate([one.way_s[:, -1] for one in travel_batches(network, query, places, places)])
    np.fill_diagonal(way_s, NEVER)
    return way_s


def difference(before: np.ndarray, after: np.ndarray) -> tuple[int, int]:
    """Pairs more, and seconds saved between those that were within reach before too."""
    both = (before != NEVER) & (after != NEVER)
    pairs = int((after != NEVER).sum()) - int((before != NEVER).sum())
    return pairs, int((before.astype(np.int64) - after)[both].sum())


@pytest.mark.proof
def test_gains_in_a_city_are_differences_of_two_full_recomputations(
    testdata: Callable[[str], Path], tmp_path: Path
) -> None:
    inputs = [Input(name, testdata(f"porto_alegre/poa_{name}.zip")) for name in ("eptc", "trensurb")]
    write_survey(build(tmp_path / "plain", inputs), tmp_path / "survey")
    city = build(tmp_path / "city", inputs, FactInputs(survey=tmp_path / "survey"))
    day = date(2019, 4, 15)
    moment = datetime(2019, 4, 15, 13, tzinfo=ZoneInfo(city.timezone))
    question = FixQuestion(tuple(map(get_profile, PROFILES)), (day,), (moment,))

    def recomputed(network: Network) -> tuple[Counted, list[np.ndarray]]:
        tables = [all_pairs(network, profile, moment) for profile in question.profiles]
        return Worth(network, question.days, question.profiles, ()).count({}), tables

    computed = [one for one in rank_fixes(city, question) if one.pairs is not None]
    drawn = Random(50).sample(computed, min(50, len(computed)))
    assert len(drawn) == 50
    counted, before = recomputed(city)
    for one in drawn:
        counted_after, after = recomputed(apply_fixes(city, [one.fix], [day]))
        gain = counted_after - counted
        for p, told in enumerate(one.gains):
            assert (told.pairs, told.saved_s) == difference(before[p], after[p]), (one.fix.id, told.profile_id)
            assert told.boardings - told.lost == pytest.approx(float(gain.boardings[p])), one.fix.id
            assert told.rides == pytest.approx(float(gain.rides[p])), one.fix.id
        assert one.pairs_bound is None or sum(told.pairs or 0 for told in one.gains) <= one.pairs_bound
    bring = sum(one.pairs != 0 for one in drawn)
    print(f"{len(drawn)} of {len(computed)} candidates asked again for {len(question.profiles)} profiles: "
          f"boardings, rides, pairs and seconds are equal; {bring} bring pairs")  # fmt: skip


@pytest.mark.proof
def test_kerbs_of_a_city_bring_what_a_full_recomputation_finds(testdata: Callable[[str], Path], tmp_path: Path) -> None:
    """The ways are real, their kerbs are not: nobody has measured any there, so 3 in 10 are drawn to be high."""
    inputs = [Input(name, testdata(f"porto_alegre/poa_{name}.zip")) for name in ("eptc", "trensurb")]
    streets = testdata("porto_alegre/poa_osm.pbf")
    write_survey(build(tmp_path / "plain", inputs), tmp_path / "survey")
    city = build(tmp_path / "city", inputs, FactInputs(survey=tmp_path / "survey", osm=(streets,)))
    links, random = city.streets.links, np.random.default_rng(8)
    kerbs = np.flatnonzero(links.kind == LinkKind.KERB)
    low, high = links.kerb_low_mm.copy(), links.kerb_high_mm.copy()
    low[kerbs] = high[kerbs] = np.where(random.random(len(kerbs)) < 0.3, random.integers(40, 140, len(kerbs)), 15)
    links = replace(links, kerb_low_mm=low, kerb_high_mm=high)
    city = replace(city, streets=replace(city.streets, links=links))
    day, profile = date(2019, 4, 15), get_profile("manual-wheelchair")
    moment = datetime(2019, 4, 15, 13, tzinfo=ZoneInfo(city.timezone))
    asked = Pairs(city, [profile], [moment], lambda _variant: city, 1)
    fixes = [one for one in candidates(city, Worth(city, (day,), (profile,), VARIANTS)) if one.kind in WAYS]
    linked = links_of(city, fixes)
    most = asked.bounds_of_ways(apply_fixes(city, fixes, [day]), [linked[fix] for fix in fixes])
    hopeful = [n for n in range(len(fixes)) if most[n]]
    before, bring = all_pairs(city, profile, moment), 0
    for n in Random(9).sample(hopeful, 30) + Random(9).sample(sorted(set(range(len(fixes))) - set(hopeful)), 5):
        after = apply_fixes(city, [fixes[n]], [day])
        told = asked.change_ways(after)[0]
        assert told == difference(before, all_pairs(after, profile, moment)), fixes[n].id
        assert told[0] <= most[n], fixes[n].id
        bring += told != (0, 0)
    assert bring
    print(
        f"35 of {len(fixes)} kerbs ({len(hopeful)} may bring pairs): pairs and seconds equal, {bring} bring something"
    )
