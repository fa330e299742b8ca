"""The archive managed over REST: collections, files, corrections, and the jobs that carry all this out."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from rag.index.correct import Change, field_value
from ui.archive.job import Job
from ui.archive.manage import Manager
from ui.kept.visitor import may_manage
from ui.rest.articles import Id
from ui.rest.errors import Missing, Refused, told

Name = Annotated[str, Path(max_length=200)]
Wait = Annotated[float, Query(ge=0, le=25, description="seconds to wait for its end")]


class NewCollection(BaseModel):
    """The name of a collection to be made."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=1, max_length=200)


class Reindex(BaseModel):
    """``anew`` reads every file again, also those that did not change."""

    model_config = ConfigDict(extra="forbid")
    anew: bool = False


class Correction(BaseModel):
    """What is to be different about an article; authors part at ; and an empty value takes a field away.

    ``split`` are the words at which a new article begins, ``seen`` is what the fields came with.
    """

    model_config = ConfigDict(extra="forbid")
    fields: dict[str, Annotated[str, Field(max_length=2000)]] = Field({}, max_length=20)
    split: str = Field("", max_length=1000)
    join: bool = False
    front: bool = False
    undo: bool = False
    seen: str | None = Field(None, max_length=64)


def managing(request: Request) -> None:
    """Raise Refused for whoever may only read."""
    if not may_manage(request):
        raise Refused("you may ask and read, and not change the archive", mend="Ask the administrator.")


def manage_router(manager: Manager) -> APIRouter:
    """Return the routes that change the archive."""
    router = APIRouter(tags=["managing"], dependencies=[Depends(managing)])
    _collections(router, manager)
    _files(router, manager)
    _work(router, manager)
    return router


def _collections(router: APIRouter, manager: Manager) -> None:
    @router.get("/collections")
    def collections() -> list[dict[str, Any]]:
        """List the collections; `own` ones can be changed."""
        return [asdict(one) for one in manager.collections()]

    @router.post("/collections", status_code=201)
    def create(body: NewCollection) -> dict[str, Any]:
        """Make a collection."""
        return asdict(manager.create(body.name))

    @router.delete("/collections/{name}")
    def remove(name: Name) -> dict[str, Any] | None:
        """Remove a collection with its files; returns a job, or null where it held none."""
        job = manager.remove(name)
        return job_json(job) if job else None

    @router.post("/collections/{name}/index", status_code=202)
    def index(name: Name) -> dict[str, Any]:
        """Bring a collection up to date with its files; returns a job."""
        return job_json(manager.index(name))


def _files(router: APIRouter, manager: Manager) -> None:
    @router.get("/collections/{name}/files")
    def files(name: Name) -> list[dict[str, Any]]:
        """List the files of a collection."""
        return [asdict(one) for one in manager.files(name)]

    @router.put("/collections/{name}/files/{file}", status_code=201)
    async def put(name: Name, file: Name, request: Request) -> dict[str, Any]:
        """Take the body in as a file; it is read once the collection is indexed."""
        length = int(request.headers.get("content-length", "0"))
        replaced = await manager.receive(name, file, request.stream(), length)
        return {"name": file, "size": length, "replaced": replaced}

    @router.delete("/collections/{name}/files/{file}", status_code=202)
    def delete(name: Name, file: Name) -> dict[str, Any]:
        """Remove a file and its articles; returns a job."""
        return job_json(manager.delete(name, file))


def _work(router: APIRouter, manager: Manager) -> None:
    @router.post("/index", status_code=202)
    def reindex(body: Reindex) -> dict[str, Any]:
        """Bring the whole archive up to date; returns a job."""
        return job_json(manager.reindex(anew=body.anew))

    @router.get("/jobs")
    def jobs() -> list[dict[str, Any]]:
        """List what is done, under way and waiting, newest first."""
        return [job_json(one) for one in manager.jobs()]

    @router.get("/jobs/{id}")
    async def job(id: Name, wait: Wait = 0) -> dict[str, Any]:
        """Return a job as it stands."""
        return job_json(await run_in_threadpool(manager.job, id, wait))

    @router.get("/corrections/{id:path}")
    def fields(id: Id) -> dict[str, Any]:
        """Return what can be corrected of an article, and where each field was read."""
        try:
            return asdict(manager.fields(id))
        except KeyError:
            raise Missing("there is no such article", where=id) from None

    @router.post("/corrections/{id:path}", status_code=202)
    async def correct(id: Id, body: Correction, wait: Wait = 0) -> dict[str, Any]:
        """Correct an article beside its file; returns a job, whose error tells why it could not be done."""
        held = dict(field_value(name, value) for name, value in body.fields.items())
        change = Change(held, body.split, body.join, body.front, body.undo)
        job = manager.correct(id, change, body.seen)
        return job_json(await run_in_threadpool(manager.job, job.id, wait) if wait else job)


def job_json(job: Job) -> dict[str, Any]:
    """Return a job as JSON: of its report the counts, and what was skipped or remarked on."""
    report = job.report
    names = ("added", "changed", "removed", "unchanged", "files", "articles", "paragraphs", "passages", "characters")
    said = None
    if report is not None:
        said = {name: getattr(report, name) for name in names}
        said |= {name: [list(pair) for pair in getattr(report, name)] for name in ("skipped", "notes", "unapplied")}
        said |= {"having": dict(report.having), "flagged": len(report.flagged), "alike": len(report.alike)}
    return {
        "id": job.id, "what": job.what, "state": job.state, "stage": job.stage, "done": job.done, "total": job.total,
        "files": [asdict(one) for one in job.files], "report": said, "error": told(job.error) if job.error else None,
        "begun": job.begun, "ended": job.ended,
    }  # fmt: skip
