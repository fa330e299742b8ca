"""Work on the archive, as HTML: what is under way, what was done last, and what became of each file."""

from __future__ import annotations

from collections.abc import Sequence

from ui.archive.job import FileProgress, Job
from ui.parts.markup import element, escape, folded
from ui.parts.reasons import reason_html
from ui.parts.troubles import sentence
from ui.rooms.manage_view import FILE_SIGNS, SHOWN, sign, whole
from ui.words import say

TOLD = 5  # jobs
SIGNS = {"waiting": "…", "running": "↻", "done": "✓", "failed": "!"}


def jobs_html(jobs: Sequence[Job], lang: str) -> str:
    """Return what is under way and what was done last; the browser looks again while something is."""
    busy = any(job.state in ("waiting", "running") for job in jobs)
    rows = "".join(_job(job, lang) for job in jobs[:TOLD])
    if not rows:
        return ""
    again = f'<button type="button" hidden data-do="poll"{" data-again" if busy else ""}></button>'
    return whole(lang, element("h3", say(lang, "jobs")), f'<ul class="rows shelf">{rows}</ul>', again, kind=" jobs")


def _job(job: Job, lang: str) -> str:
    what, _, of = job.what.partition(" ")
    said = say(lang, f"job_{what}", what=of)
    bar = ""
    if job.state == "running" and job.total:
        stage = say(lang, f"stage_{job.stage}")
        bar = f'<p><progress max="{job.total}" value="{job.done}" aria-label="{escape(stage)}"></progress> '
        bar += f"{escape(stage)} {job.done:,}/{job.total:,}</p>"
    outcome = (
        sentence(job.error, lang) if job.error else _report(job, lang) if job.report else say(lang, f"job_{job.state}")
    )
    lines = [_file_line(one, lang) for one in job.files[:SHOWN]]
    files = folded(say(lang, "job_files", n=len(lines)), [f'<ul class="files">{"".join(lines)}</ul>'], f"job-{job.id}")
    return (
        f'<li class="{job.state}"><h4>{sign(SIGNS[job.state])}'
        f"{escape(said)}</h4><p>{escape(outcome)}</p>{bar}{files if lines else ''}</li>"
    )


def _report(job: Job, lang: str) -> str:
    assert job.report is not None
    told = {name: getattr(job.report, name) for name in ("added", "changed", "removed", "articles")}
    return say(lang, "job_report", skipped=len(job.report.skipped), **told)


def _file_line(one: FileProgress, lang: str) -> str:
    state = element("span", say(lang, f"file_{one.state}"))
    return (
        f'<li class="{one.state}">{sign(FILE_SIGNS[one.state])}'
        f"{element('bdi', one.name)} {state} {reason_html('span', one.says, lang)}</li>"
    )
