"""What the user typed, as it was meant: slips put right, keywords as a question, several questions in one line apart.

Nothing here is silent: who calls it shows what was changed, and can leave it out.
"""

from rag.understand.archive import ArchiveWords, Worded
from rag.understand.keywords import as_question
from rag.understand.meant import Understood, understood
from rag.understand.several import several
from rag.understand.spelling import Corrected, corrected

__all__ = ["ArchiveWords", "Corrected", "Understood", "Worded", "as_question", "corrected", "several", "understood"]
