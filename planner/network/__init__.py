"""ARRANGE: facts become something searchable; knows no traveller."""
