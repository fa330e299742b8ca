"""How the bundled models were made, so that anyone can make better ones: ``python -m rag.train``."""
