"""REST beside the page: the JSON of the command line over HTTP, described in an OpenAPI document."""

from ui.rest.api import Desk, build_api

__all__ = ["Desk", "build_api"]
