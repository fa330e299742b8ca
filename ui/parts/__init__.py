"""Pieces of HTML that the chat and every room share: sources as cards, filters, what went wrong."""
