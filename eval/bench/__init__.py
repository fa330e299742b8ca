"""Timings of the whole path. Print them beside a quality figure: fast and wrong is no use."""
