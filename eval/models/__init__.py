"""The reader and the encoder by themselves: ``python -m eval models --out DIR``."""
