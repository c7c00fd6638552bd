"""Redaction: what of a sealed instance is taken out so that the rest still verifies."""
