import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from planner.network.annotate_kernel import number_sequences

STOPS = st.sampled_from([0, 1, 2, 255, 256, 65_536, 2**31 - 1])
CALLS = st.lists(st.tuples(STOPS, st.sampled_from([0, 1, 3, 12])), max_size=4)


@given(st.lists(CALLS, max_size=40))
def test_trips_share_a_number_only_if_every_stop_and_use_is_equal(trips: list[list[tuple[int, int]]]) -> None:
    count = np.array([len(calls) for calls in trips], np.int64)
    start = np.cumsum(count) - count
    stop = np.array([stop for calls in trips for stop, _ in calls], np.int32)
    use = np.array([use for calls in trips for _, use in calls], np.uint8)
    number_of: dict[tuple[tuple[int, int], ...], int] = {}
    expected = [number_of.setdefault(tuple(calls), len(number_of)) if calls else -1 for calls in trips]
    assert number_sequences(stop, use, start, count).tolist() == expected
