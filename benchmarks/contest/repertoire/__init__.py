"""Attacks by the groups of the suite, where they are put, and the trials that are made of them."""
