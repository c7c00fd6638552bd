"""Settings that every test shares: property tests repeat exactly, everywhere."""

from hypothesis import settings

# Derandomised: the same examples on every machine, so a failure here is a failure there.
# No deadline: the first call of a kernel compiles it.
settings.register_profile("laws", derandomize=True, deadline=None, database=None)
settings.load_profile("laws")
