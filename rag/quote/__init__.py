"""Quote check: does the archive say this sentence, letter for letter, or with which differences?"""

from rag.quote.check import Place, QuoteCheck, check_quote

__all__ = ["Place", "QuoteCheck", "check_quote"]
