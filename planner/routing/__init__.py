"""SEARCH: a question becomes itineraries."""
