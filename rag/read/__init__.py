"""Reading: passages and a question in, answer spans out."""

from rag.read.opening import BUNDLED_READER, open_reader
from rag.read.reader import ExtractiveReader, token_types

__all__ = ["BUNDLED_READER", "ExtractiveReader", "open_reader", "token_types"]
