"""Lines to articles: where each begins and ends, and what is printed about it."""
