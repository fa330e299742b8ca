"""The first page: a conversation, the sources of an answer beside it, and the article they open in."""
