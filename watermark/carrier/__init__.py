"""Carriers: which coefficients carry, which must not change, how few flips hold a message."""
