"""Measures: each figure as a ratio to a reference taken in the same run. ``python -m benchmarks`` prints them all."""
