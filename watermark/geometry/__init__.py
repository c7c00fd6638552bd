"""Frames that were mirrored, turned, cropped or shifted: found, read where they lie, laid back."""
