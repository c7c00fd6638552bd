"""Active against passive: the same images and forgeries before everyone, one raw row for each."""
