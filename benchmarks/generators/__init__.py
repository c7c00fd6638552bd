"""Learned forgers: small networks that are trained here, on training patients only."""
