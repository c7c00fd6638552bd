"""pytest-benchmark groups; `make benchmarks` runs them."""
