"""READ: the only room that knows file formats and units of others."""
