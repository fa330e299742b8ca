"""What went wrong, in the language of the page; the library says it in English."""

from __future__ import annotations

import re

from rag.errors import ArticleError, ConfigError, IndexStoreError, ModelError, WenjuError
from ui.parts.reasons import in_words, plain
from ui.words import say

# of each kind of error, the first whose pattern is found in what it says
SENTENCES: tuple[tuple[type[WenjuError], str, str], ...] = (
    (ConfigError, r"question is empty", "trouble_empty"),
    (ConfigError, r"question has ([\d,]+) characters, more than ([\d,]+)", "trouble_long"),
    (ConfigError, r"no word to look for", "trouble_no_word"),
    (ConfigError, r"^the filter|no filters", "trouble_filter"),
    (ConfigError, r"quotation", "trouble_quote"),
    (ConfigError, r"not where it was", "trouble_gone"),
    (WenjuError, r"has changed since it was indexed", "trouble_changed"),
    (ArticleError, r"^no readable article", "trouble_last"),
    (IndexStoreError, r"changes faster|busy|locked|in use|another process", "trouble_busy"),
    (IndexStoreError, r"no index|no finished index", "trouble_no_index"),
    (IndexStoreError, r"format|encoder|made with", "trouble_other_index"),
    (IndexStoreError, r"", "trouble_index"),
    (ModelError, r"", "trouble_model"),
    (ArticleError, r"", "trouble_article"),
    (ConfigError, r"", "trouble_setting"),
    (WenjuError, r"", "trouble_other"),
)
SPOKEN = ("trouble_setting", "trouble_other")  # need not be said where the reason itself is in the page's language
OUR_ENGLISH = ("trouble_last", "trouble_gone", "trouble_changed")


def sentence(error: WenjuError | str, lang: str) -> str:
    """Return a sentence to show; "" gives the polite one for the unforeseen.

    English is the library's own, but for what it says of commands that a visitor does not give. No path of this
    machine is told.
    """
    if isinstance(error, str):
        return error or say(lang, "failed_how")
    for kind, pattern, key in SENTENCES:
        found = re.search(pattern, error.what) if isinstance(error, kind) else None
        if found and (lang != "en" or key in OUR_ENGLISH):
            values, said = dict(enumerate(found.groups(), 1)), in_words(str(error), lang)
            if key in SPOKEN and said != plain(str(error)):
                return said
            return say(lang, key, said=said, first=values.get(1, ""), second=values.get(2, ""))
    return plain(str(error))
