"""Lines to paragraphs: what columns, pages and line ends cut is joined, what the printer added is dropped."""
