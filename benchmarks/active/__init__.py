"""Active schemes under one interface: ours, and published packages as they are installed."""
