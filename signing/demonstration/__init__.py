"""The demo: one CT sealed, forged, stripped, restored; one chest mapped, mended, turned over."""
