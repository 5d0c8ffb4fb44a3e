"""Flags, permissions and "partial" on top of the physics: the whole truth table."""

import itertools

import pytest

from planner.access.declared import declare
from planner.access.profiles import PRESETS, get_profile
from planner.access.reasons import CODES
from planner.facts import Certainty
from planner.model import Boarding, Flag, Outcome, Reason, Verdict

PHYSICS = {
    Verdict.YES: Boarding(Verdict.YES, Outcome.LEVEL, Outcome.RAMP, Certainty.MEASURED, reasons=(Reason("RAMP"),)),
    Verdict.UNCERTAIN: Boarding(Verdict.UNCERTAIN, Outcome.RAMP, Outcome.IMPOSSIBLE, Certainty.MEASURED),
    Verdict.UNKNOWN: Boarding(Verdict.UNKNOWN, Outcome.LEVEL, Outcome.IMPOSSIBLE, Certainty.UNKNOWN),
    Verdict.NO: Boarding(Verdict.NO, Outcome.IMPOSSIBLE, Outcome.IMPOSSIBLE, Certainty.MEASURED),
}


def expected(
    profile_id: str, physics: Verdict, stop: Flag, trip: Flag, refused: bool, partial: bool, show: bool
) -> tuple[Verdict, Certainty]:
    """The rule of DOMAIN 1.1 once more, in the order of its sentences."""
    before = (physics, PHYSICS[physics].certainty)
    if profile_id in ("walking-frame", "pram", "walking-stick", "blind-cane", "on-foot"):
        return before
    if physics is Verdict.NO:
        return before
    if Flag.NO in (stop, trip) or refused:
        return (Verdict.UNKNOWN, Certainty.UNKNOWN) if show else (Verdict.NO, Certainty.DECLARED)
    trusted = profile_id != "mobility-scooter" and (stop, trip) == (Flag.YES, Flag.YES) and not partial
    return (Verdict.YES, Certainty.DECLARED) if physics is Verdict.UNKNOWN and trusted else before


@pytest.mark.parametrize("profile_id", PRESETS)
@pytest.mark.parametrize("physics", PHYSICS)
def test_the_truth_table_is_complete(profile_id: str, physics: Verdict) -> None:
    for stop, trip, refused, partial, show in itertools.product(
        Flag, Flag, (False, True), (False, True), (False, True)
    ):
        told = declare(
            PHYSICS[physics],
            get_profile(profile_id),
            stop_flag=stop,
            trip_flag=trip,
            permission_refused="LINE_CLOSED" if refused else None,
            partial_text="front door only" if partial else None,
            show_declared_no=show,
        )
        case = (stop, trip, refused, partial, show)
        assert (told.verdict, told.certainty) == expected(profile_id, physics, *case), case
        codes = {reason.code for reason in told.reasons}
        assert codes <= set(CODES)
        assert {reason.code for reason in PHYSICS[physics].reasons} <= codes, "physics is always told"
        if told.certainty is not Certainty.DECLARED or told.verdict is Verdict.NO:
            assert (stop is Flag.NO) == ("STOP_FLAG_NO" in codes), "evidence is shown, whatever it does"
            assert (trip is Flag.NO) == ("TRIP_FLAG_NO" in codes)
            assert (stop is Flag.YES) == ("STOP_FLAG_YES" in codes)
            assert (trip is Flag.YES) == ("TRIP_FLAG_YES" in codes)
            assert partial == ("PARTIAL" in codes)
            assert refused == ("PERMISSION_REFUSED" in codes)
        else:
            assert told.reasons[0].code == "DECLARED_YES"
        assert (told.best, told.worst) == (PHYSICS[physics].best, PHYSICS[physics].worst)


def test_a_declared_no_is_never_a_yes_even_when_shown() -> None:
    chair = get_profile("powered-wheelchair")
    for show in (False, True):
        told = declare(PHYSICS[Verdict.YES], chair, stop_flag=Flag.YES, trip_flag=Flag.NO, show_declared_no=show)
        assert told.verdict is not Verdict.YES
        assert told.doubts == 2


def test_the_words_of_the_operator_travel_with_the_verdict() -> None:
    chair = get_profile("manual-wheelchair")
    told = declare(
        PHYSICS[Verdict.YES], chair, stop_flag=Flag.UNKNOWN, trip_flag=Flag.UNKNOWN, permission_refused="no ramps on 7"
    )
    assert told.verdict is Verdict.NO
    assert told.reasons[0] == Reason("PERMISSION_REFUSED", {"text": "no ramps on 7"})
    told = declare(PHYSICS[Verdict.UNKNOWN], chair, stop_flag=Flag.YES, trip_flag=Flag.YES, partial_text="rear door")
    assert told.verdict is Verdict.UNKNOWN
    assert Reason("PARTIAL", {"text": "rear door"}) in told.reasons


def test_an_empty_refusal_still_refuses() -> None:
    told = declare(
        PHYSICS[Verdict.YES],
        get_profile("manual-wheelchair"),
        stop_flag=Flag.YES,
        trip_flag=Flag.YES,
        permission_refused="",
    )
    assert told.verdict is Verdict.NO
