"""JUDGE: pure functions on a quay, a vehicle, a way and a person; no tables, no input or output."""
