"""The page "status": what the index holds, which models answer, how fast, and what needs a look."""

from __future__ import annotations

from collections.abc import Mapping
from logging import getLogger

from rag.errors import WenjuError
from rag.requirements import outdated
from ui.archive.known import Archive
from ui.kept.meter import Meter
from ui.parts.troubles import sentence
from ui.rooms.hall import QUICK, Hall, html
from ui.rooms.passages import room_head
from ui.rooms.status_html import status_html
from ui.words import DEFAULT, say

logger = getLogger(__name__)


class StatusRoom:
    """Looked at anew whenever it is entered or asked to."""

    name = "status"

    def __init__(self, archive: Archive | None, about: Mapping[str, object], meter: Meter) -> None:
        self._archive, self._about, self._meter = archive, about, meter

    def title(self, lang: str) -> str:
        return say(lang, "room_status")

    def build(self, hall: Hall) -> None:
        head = html("status-head", value=self._head(DEFAULT))
        tables = html("status-tables", "refresh", "entered", value="")
        tables.refresh(self.look, [hall.lang], [tables], **QUICK)
        tables.entered(self.look, [hall.lang], [tables], **QUICK)
        hall.on_language(self.reword, [hall.lang], [head, tables])

    def look(self, lang: str) -> str:
        """Return the state as it is now; an index that cannot be read is a fault to be told, not an error."""
        faults, manifest = list(outdated()), None
        try:
            manifest = self._archive.manifest() if self._archive else None
        except WenjuError as error:
            faults.append(sentence(error, lang))
        except Exception:
            logger.exception("the state of the index cannot be told")
            faults.append(say(lang, "failed_how"))
        return status_html(manifest, self._about, self._meter.speed(), faults, lang)

    def reword(self, lang: str) -> tuple[str, str]:
        return self._head(lang), self.look(lang)

    def _head(self, lang: str) -> str:
        return room_head(lang, "status_head", "status_how")
