"""Other people's programs on sealed files: what they do to them, and what a verifier says then."""
