"""Pages of results, one module each, out of the committed rows."""
