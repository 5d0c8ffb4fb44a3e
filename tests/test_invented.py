"""In the fictional town every fact is invented, and every answer says so."""

import itertools
import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from network.towns import fictiville_in

from planner.access.profiles import PRESETS, get_profile
from planner.language import CODES, get_language
from planner.model import ON_FOOT, Unknown
from planner.places import find_place
from planner.routing.plan import Query, find_itineraries
from planner.sentences import boarding_sentence
from planner.show import answer_as_json, answer_lines

WORD = {"en": "nvented", "fr": "nventé"}
STOPS = ("B1-N", "E5-N", "D5-W", "H5-W", "K1-W", "G7-S", "N1-E")


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    network = fictiville_in(tmp_path_factory.getbasetemp())
    at = datetime(2026, 11, 24, 8, 0, tzinfo=ZoneInfo(network.timezone))
    asked = [
        Query(find_place(network, a, "FROM"), find_place(network, b, "TO"), at, get_profile(profile), Unknown.PENALISE)
        for a, b in itertools.permutations(STOPS, 2)
        for profile in ("manual-wheelchair", "pram")
    ]
    return network, [find_itineraries(network, query) for query in asked]


def ends_of(answers):
    for answer in answers:
        for itinerary in answer.itineraries:
            for leg in itinerary.legs:
                yield from (end for end in (leg.boarding, leg.alighting) if end is not None)


def test_every_sentence_that_rests_on_a_fact_says_that_it_is_invented(answers):
    network, found = answers
    told = [end for end in ends_of(found) if end.facts]
    assert len(told) > 50, "too few boardings to say anything"
    for end, code in itertools.product(told, CODES):
        sentence = boarding_sentence(end, get_language(code), alighting=False, sources=network.knowledge.sources)
        assert WORD[code] in sentence, sentence


def test_every_fact_of_every_json_answer_carries_the_method(answers):
    network, found = answers
    facts = 0
    for answer in found:
        said = json.loads(json.dumps(answer_as_json(network, answer)))
        assert said["network"]["invented"] is True
        for itinerary in said["itineraries"]:
            for leg, end in itertools.product(itinerary["legs"], ("boarding", "alighting")):
                for fact in (leg[end] or {"facts": []})["facts"]:
                    assert fact["method"] == "INVENTED"
                    facts += 1
    assert facts > 300


def test_every_printed_answer_says_it(answers):
    network, found = answers
    for answer, code in itertools.product(found, CODES):
        known = any(end.facts for end in ends_of([answer]))
        assert not known or WORD[code] in "\n".join(answer_lines(network, answer, code))


def test_every_preset_finds_its_way_or_says_why_not(answers):
    network, _ = answers
    at = datetime(2026, 11, 24, 8, 0, tzinfo=ZoneInfo(network.timezone))
    for profile in PRESETS:
        query = Query(find_place(network, "B1-N", "FROM"), find_place(network, "E5-N", "TO"), at, get_profile(profile))
        answer = find_itineraries(network, query)
        assert answer.itineraries or answer.why_not is not None
        assert profile != ON_FOOT or answer.itineraries
