"""Plots of the contest, one module each, out of the committed rows; matplotlib draws them."""
