"""The audit as files and as a page: gathered once, written as one document, read by everything that shows it."""
