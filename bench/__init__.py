"""Benchmarks: what people wait for, in a database of their own (make bench)."""
