"""Passive detectors, one file each: they see samples alone, no key, no tag, no original."""
