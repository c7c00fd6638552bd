"""Attacks on marked frames: arrays in, a forgery and its exact mask out. No attack asks a key."""
