"""Files to articles. The doors of this room are the names below; the way of a file through it is `reading`.

`formats` turns bytes into lines, `segment` cuts lines into articles, `repair` lines into paragraphs, all by `signs`
that single lines give; `corrections` are a person's own; `process` does all this within limits.
"""

from rag.articles.files import find_files, walk, why_not
from rag.articles.formats.fields import fields_file
from rag.articles.formats.parse import SUFFIXES
from rag.articles.reading import FileReport, read_articles, read_members

__all__ = ["SUFFIXES", "FileReport", "fields_file", "find_files", "read_articles", "read_members", "walk", "why_not"]
