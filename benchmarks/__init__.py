"""Long runs and measurements; nothing in the packages imports them."""
