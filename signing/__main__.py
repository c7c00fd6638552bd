"""`python -m signing`: the same command as `scanseal`."""

from signing.entry import main

main()
