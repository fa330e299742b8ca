"""The web application: the page with its look and REST, behind the doors of the server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    import gradio as gr
    from fastapi import FastAPI

    from ui.app import Assistant
    from ui.archive.known import Archive
    from ui.rest import Desk
    from ui.rooms.hall import Room
    from ui.server.access import Access

CLOSED: dict[str, Any] = {  # what Gradio would open by itself
    "footer_links": [],
    "run_history": False,
    "allowed_paths": [],
    "max_file_size": "1kb",
    "enable_monitoring": False,
    "show_error": False,
    "ssr_mode": False,
    "mcp_server": False,
    "pwa": False,
}


class Offered(TypedDict, total=False):
    """What a site may offer besides answers; without ``access`` it is open to this machine alone."""

    examples: Sequence[str]
    archive: Archive | None
    rooms: Sequence[Room]
    access: Access | None
    desk: Desk | None


def build_site(
    assistant: Assistant,
    about: Mapping[str, object],
    *,
    examples: Sequence[str] = (),
    archive: Archive | None = None,
    rooms: Sequence[Room] = (),
    access: Access | None = None,
    desk: Desk | None = None,
) -> FastAPI:
    """Return the web application: the page with its look and REST, behind the doors, with Gradio's defaults closed."""
    import fastapi
    import gradio as gr

    from ui.look import ICON, head
    from ui.look.theme import theme
    from ui.rest import build_api
    from ui.server.access import Access

    access = access or Access(rate=None)
    site = fastapi.FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    if desk:
        site.mount("/api", build_api(desk))
    gr.mount_gradio_app(
        site,
        _page(assistant, about, examples, archive, rooms, desk),
        path="/",
        theme=theme(),
        head=head(),
        favicon_path=str(ICON),
        **CLOSED,
        root_path=access.root.rstrip("/") or None,
    )
    access.guard(site)
    return site


def _page(
    assistant: Assistant,
    about: Mapping[str, object],
    examples: Sequence[str],
    archive: Archive | None,
    rooms: Sequence[Room],
    desk: Desk | None,
) -> gr.Blocks:
    """Return the page with all that the desk can do."""
    from ui.app import build_app
    from ui.chat.keeper import Keeper
    from ui.rooms.manage import ManageRoom

    if desk is None:
        return build_app(assistant, about, examples, archive, rooms)
    own = [ManageRoom(desk.manager, desk.live.archive)] if desk.manager else []
    keeper = Keeper(desk.history, desk.feedback)
    return build_app(assistant, about, examples, archive, [*own, *rooms], desk.meter, keeper, originals=True)
