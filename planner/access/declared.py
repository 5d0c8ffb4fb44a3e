"""What operators declare, on top of the physics: GTFS flags, refused permissions, "partial" (DOMAIN 1.1).

Flags speak only to wheelchair and scooter profiles; for everybody else they are shown beside the verdict and change
nothing. A declared no is a veto, a declared yes never overrules physics: it only fills in where physics knows nothing.
"""

from __future__ import annotations

from dataclasses import replace

from planner.facts import Certainty
from planner.model import Boarding, Flag, Profile, Reason, Verdict

VETOES = frozenset({"STOP_FLAG_NO", "TRIP_FLAG_NO", "PERMISSION_REFUSED"})


def declare(
    physics: Boarding,
    profile: Profile,
    *,
    stop_flag: Flag,
    trip_flag: Flag,
    permission_refused: str | None = None,
    partial_text: str | None = None,
    show_declared_no: bool = False,
) -> Boarding:
    """The verdict after hearing what is declared.

    ``best``, ``worst`` and the numbers stay those of physics, so that a refusal against a physical yes can be told,
    and a declared YES may keep ``worst`` IMPOSSIBLE: it promises that one can board, not how.

    Parameters
    ----------
    stop_flag : Flag
        Of the stop, with the station's where the stop says nothing.
    permission_refused, partial_text : str or None
        The operator's own words or code; None: nothing of the kind is declared. An empty text still declares.
    show_declared_no : bool
        The traveller asked to see what is declared not accessible: a veto gives UNKNOWN instead of NO, marked by
        its reason. It never leaves a YES.
    """
    said = _reasons(stop_flag, trip_flag, permission_refused, partial_text)
    heard = replace(physics, reasons=(*physics.reasons, *said))
    if not profile.speaks_to_flags or physics.verdict is Verdict.NO:
        return heard
    if any(reason.code in VETOES for reason in said):
        told = replace(physics, reasons=(*said, *physics.reasons))
        if show_declared_no:
            return replace(told, verdict=Verdict.UNKNOWN, certainty=Certainty.UNKNOWN)
        return replace(told, verdict=Verdict.NO, certainty=Certainty.DECLARED, would_decide=None)
    if physics.verdict is not Verdict.UNKNOWN:
        return heard
    both = stop_flag is Flag.YES and trip_flag is Flag.YES
    # a declared yes promises that one gets in, perhaps by a ramp: nothing for who wants level boarding only
    if both and profile.trusts_flags and partial_text is None and not profile.level_only:
        reasons = (Reason("DECLARED_YES"), *physics.reasons)
        return replace(physics, verdict=Verdict.YES, certainty=Certainty.DECLARED, reasons=reasons)
    return heard


def _reasons(stop_flag: Flag, trip_flag: Flag, refused: str | None, partial: str | None) -> list[Reason]:
    """Everything that is declared, as reasons."""
    said = []
    if refused is not None:
        said.append(Reason("PERMISSION_REFUSED", {"text": refused}))
    for name, flag in (("STOP", stop_flag), ("TRIP", trip_flag)):
        if flag is not Flag.UNKNOWN:
            said.append(Reason(f"{name}_FLAG_{flag.name}"))
    if partial is not None:
        said.append(Reason("PARTIAL", {"text": partial}))
    return said
