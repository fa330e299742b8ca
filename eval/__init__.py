"""Question sets in, figures out: run a question set, score it, compare two runs, time the whole.

Works from a checkout (``python -m eval --help``) and stays out of the wheel.
"""
