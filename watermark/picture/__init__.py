"""The approximation of a frame that recovery needs: wavelet bands, their order, their coder."""
