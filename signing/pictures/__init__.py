"""Frames for people to look at: views, maps over them, plates of a report."""
