"""Loops over arrays: the only modules that know Numba.

No checks, no allocation, no errors, no fastmath, signed integers only: the callers check.
"""
