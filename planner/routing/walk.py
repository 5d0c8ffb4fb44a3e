"""Searching the walking network: from one place to many, within a limit, with the way back. NumPy and Numba only.

Half-edges: link m walked tail to head is half-edge m, head to tail M + m. They are sorted by the node they leave
(CSR). A weight of infinity is closed. Dijkstra with a binary heap: within a walk's reach it settles few nodes.
"""

import numpy as np
from numba import njit, prange

FAR = np.float32(np.inf)
U = np.uint64  # an index of this type is taken as it is; a signed one is first tested for counting from the end


@njit(cache=True, nogil=True)
def reach(offset, head, weight, edge, seed_node, seed_cost, limit):
    """Find the cheapest cost to every node within a limit.

    Parameters
    ----------
    offset : int64[N + 1]
        Half-edges that leave node n are rows offset[n] to offset[n + 1] of head, weight and edge.
    head : int32[2M]; weight : float32[2M]; edge : int32[2M]
        The node at the other end, the cost, and which half-edge it is.
    seed_node : int32[A]; seed_cost : float32[A]
        Where one starts, at what cost.
    limit : float

    Returns
    -------
    cost : float32[N]
        FAR beyond the limit.
    came_by : int32[N]
        The half-edge by which each node was reached; -1: a seed, or not reached.
    settled : int
        How many nodes were looked at.
    """
    n = offset.shape[0] - 1
    cost = np.full(n, FAR, np.float32)
    came_by = np.full(n, -1, np.int32)
    done = np.zeros(n, np.bool_)
    heap_cost, heap_node, size = np.empty(256, np.float32), np.empty(256, np.int32), 0
    for a in range(seed_node.shape[0]):
        node, value = seed_node[a], seed_cost[a]
        if value <= limit and value < cost[U(node)]:
            cost[U(node)] = value
            came_by[U(node)] = -1
            if size == heap_cost.shape[0]:
                heap_cost, heap_node = _larger(heap_cost, heap_node)
            _push(heap_cost, heap_node, size, value, node)
            size += 1
    settled = 0
    while size > 0:
        value, node = heap_cost[0], heap_node[0]
        size -= 1
        _sink(heap_cost, heap_node, size)
        if done[U(node)]:
            continue
        done[U(node)] = True
        settled += 1
        for row in range(offset[U(node)], offset[U(node + 1)]):
            after = np.float32(value + weight[U(row)])
            there = head[U(row)]
            if after < cost[U(there)] and after <= limit:
                cost[U(there)] = after
                came_by[U(there)] = edge[U(row)]
                if size == heap_cost.shape[0]:
                    heap_cost, heap_node = _larger(heap_cost, heap_node)
                _push(heap_cost, heap_node, size, after, there)
                size += 1
    return cost, came_by, settled


@njit(cache=True, nogil=True)
def sum_back(came_by, beyond, node, values):
    """Sum something along the way to each of some nodes that were reached.

    Parameters
    ----------
    came_by : int32[N]
    beyond : int32[2M]
        The node at the far end of each half-edge, as the search went.
    node : int64[T]
    values : float32[K, 2M]

    Returns
    -------
    sums : float64[K, T]
    root : int64[T]
        The seed where each way begins.
    """
    sums, root = np.zeros((values.shape[0], node.shape[0])), np.empty(node.shape[0], np.int64)
    for t in range(node.shape[0]):
        at = node[t]
        by = came_by[at]
        while by >= 0:
            for k in range(values.shape[0]):
                sums[k, t] += values[k, by]
            at = beyond[by]
            by = came_by[at]
        root[t] = at
    return sums, root


@njit(cache=True, nogil=True, parallel=True)
def reach_targets(offset, head, weight, edge, start, limit, target_offset, target_node, values, source):
    """Walk from many nodes, each to targets of its own; one search for each start, on all cores.

    Parameters
    ----------
    start : int32[A]
    target_offset : int64[A + 1]; target_node : int32[T]
        Targets of start a are rows target_offset[a] to target_offset[a + 1].
    values : float32[K, 2M]
        What is summed along each way found.
    source : int32[2M]
        The node that each half-edge leaves.

    Returns
    -------
    cost : float32[T]
        FAR: not within the limit.
    sums : float32[K, T]
    """
    n_targets, n_values = target_node.shape[0], values.shape[0]
    cost, sums = np.full(n_targets, FAR, np.float32), np.zeros((n_values, n_targets), np.float32)
    for a in prange(start.shape[0]):
        seed = np.full(1, start[a], np.int32)
        found, came_by, _ = reach(offset, head, weight, edge, seed, np.zeros(1, np.float32), limit)
        for t in range(target_offset[a], target_offset[a + 1]):
            node = target_node[t]
            cost[t] = found[node]
            if found[node] < FAR:
                by = came_by[node]
                while by >= 0:
                    for k in range(n_values):
                        sums[k, t] += values[k, by]
                    by = came_by[source[by]]
    return cost, sums


@njit(cache=True, nogil=True)
def _push(heap_cost, heap_node, at, value, node):
    while at > 0:
        above = (at - 1) >> 1
        if heap_cost[U(above)] <= value:
            break
        heap_cost[U(at)], heap_node[U(at)] = heap_cost[U(above)], heap_node[U(above)]
        at = above
    heap_cost[U(at)], heap_node[U(at)] = value, node


@njit(cache=True, nogil=True)
def _sink(heap_cost, heap_node, size):
    """Put the last entry, at ``size``, in the place of the first."""
    value, node, at = heap_cost[U(size)], heap_node[U(size)], 0
    while True:
        below = 2 * at + 1
        if below >= size:
            break
        if below + 1 < size and heap_cost[U(below + 1)] < heap_cost[U(below)]:
            below += 1
        if heap_cost[U(below)] >= value:
            break
        heap_cost[U(at)], heap_node[U(at)] = heap_cost[U(below)], heap_node[U(below)]
        at = below
    heap_cost[U(at)], heap_node[U(at)] = value, node


@njit(cache=True, nogil=True)
def _larger(heap_cost, heap_node):
    size = heap_cost.shape[0]
    costs, nodes = np.empty(2 * size, np.float32), np.empty(2 * size, np.int32)
    costs[:size], nodes[:size] = heap_cost, heap_node
    return costs, nodes
