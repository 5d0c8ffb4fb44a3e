"""Check: what fails, for whom, against which rule."""
