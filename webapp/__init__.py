"""The web application: create_app, pages, sentences."""
