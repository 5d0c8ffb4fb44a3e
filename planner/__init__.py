"""Plainpied: a step-free public-transport trip planner."""

__version__ = "0.1.0"
