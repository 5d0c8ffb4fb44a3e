"""The search against its slow twin, on drawn worlds and on named cases."""

from hypothesis import given
from hypothesis import strategies as st
from routing.slow_search import slow_search
from worlds import Call, Run, World, ask

from planner.model import Unknown
from planner.routing.plan import run_search


def fast(network, query):
    run = run_search(network, query)
    ends = run.ends
    columns = (run.labels.time_s[ends], run.labels.rides[ends], run.labels.level[ends])
    return {tuple(map(int, row)) for row in zip(*columns, strict=True)}


@st.composite
def drawn_worlds(draw):
    """Few stops, so that lines meet; trips overtake, loop, wait, refuse boarding and run past midnight."""
    names = [f"S{i}" for i in range(draw(st.integers(4, 8)))]
    at = {name: (draw(st.integers(0, 9)) * 310.0, draw(st.integers(0, 4)) * 270.0) for name in names}
    flags = {name: draw(st.sampled_from([0, 0, 1, 1, 1, 2])) for name in names}
    runs = []
    for line in range(draw(st.integers(2, 6))):
        stops = draw(st.lists(st.sampled_from(names), min_size=2, max_size=4))
        uses = [(draw(st.sampled_from([0, 0, 0, 1])), draw(st.sampled_from([0, 0, 0, 1]))) for _ in stops]
        for _ in range(draw(st.integers(1, 4))):
            clock = draw(st.integers(0, 60)) * 60 + 7 * 3600 + draw(st.sampled_from([0, 0, 0, 0, 17 * 3600, 24 * 3600]))
            calls = []
            for stop, (pickup, drop_off) in zip(stops, uses, strict=True):
                clock += draw(st.sampled_from([0, 60, 120, 300, 600]))
                wait = draw(st.sampled_from([0, 0, 60, 180]))
                calls.append(Call(stop, clock, clock + wait, pickup, drop_off))
                clock += wait
            runs.append(Run(f"L{line}", calls, flag=draw(st.sampled_from([0, 1, 1, 2]))))
    pairs = st.tuples(
        st.sampled_from(names), st.sampled_from(names), st.sampled_from([0, 2, 3]), st.sampled_from([-1, 0, 90, 400])
    )
    transfers = {(a, b): (a, b, kind, s) for a, b, kind, s in draw(st.lists(pairs, max_size=3))}
    return World(runs=runs, at=at, flags=flags, transfers=list(transfers.values()))


@given(
    drawn_worlds(),
    st.sampled_from(["on-foot", "manual-wheelchair", "mobility-scooter", "walking-stick"]),
    st.sampled_from(list(Unknown)),
    st.integers(6 * 60 + 50, 7 * 60 + 25),
    st.integers(0, 3),
    st.randoms(use_true_random=False),
)
def test_agrees_with_the_slow_twin(world, profile, unknown, minute, max_transfers, chance):
    network = world.network()
    stops = [name for name in world.flags if network.served[network.stops.id.row_of[f"w:{name}"]]]
    chance.shuffle(stops)
    query = ask(
        network, stops[0], stops[-1], f"{minute // 60}:{minute % 60}", profile, unknown, max_transfers=max_transfers
    )
    if len(stops) > 1:
        assert fast(network, query) == slow_search(network, query)
