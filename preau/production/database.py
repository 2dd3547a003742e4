"""What the database says of itself: its version, its migrations, its clock, its academies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from preau import access
from preau.client import LOOPBACK_HOSTS
from preau.production.finding import Finding
from preau.production.target import Target

POSTGRES: Final = 170006
SILENT_SECONDS: Final = 600  # of a job that runs every minute
EVERY_MINUTE: Final = "* * * * *"
KNOWN_PASSWORDS: Final = frozenset({"postgres", "password", "supabase"})
POOLER_PORT: Final = 6543


def migrations(target: Target) -> Iterator[Finding]:
    """The database has what this checkout has, no less and no more."""
    if target.facts is None:
        if target.queues is not None:  # else another check says why nothing can be asked
            said = "the database is older than this command"
            yield Finding("migrations", False, said, "Run `supabase db push`.")
        return
    wanted, there = set(target.migrations), set(target.facts["migrations"])
    missing, unknown = sorted(wanted - there), sorted(there - wanted)
    detail = f"{len(there)} applied"
    if missing:
        detail += f", pending: {_some(missing)}"
    if unknown:
        detail += f", unknown here: {_some(unknown)}"
    yield Finding(
        "migrations",
        not missing and not unknown,
        detail,
        "Run `supabase db push`."
        if missing
        else "Run this from the checkout that is deployed: the database is newer.",
    )


def postgres(target: Target) -> Iterator[Finding]:
    """Postgres is the one that everything was tried on, or newer."""
    if target.facts is None:
        return
    number = int(target.facts["postgres"])
    yield Finding(
        "postgres",
        number >= POSTGRES,
        f"{number // 10000}.{number % 10000}",
        f"Upgrade it to {POSTGRES // 10000}.{POSTGRES % 10000} or newer: Settings →"
        " Infrastructure.",
    )
    zone = target.facts["time_zone"]
    yield Finding(
        "time zone",
        zone in {"UTC", "Etc/UTC", "GMT"},
        zone,
        "Nothing depends on it, yet people read logs by it: `alter database postgres set"
        " timezone to 'UTC'`.",
        warning=True,
    )


def row_security(target: Target) -> Iterator[Finding]:
    """Every table of ours has row level security switched on."""
    if target.facts is None:
        return
    bare = target.facts["without_rls"]
    yield Finding(
        "row level security",
        not bare,
        f"off for {_some(bare)}" if bare else "on for every table",
        "`alter table … enable row level security`; then see what `supabase db advisors` says.",
    )


def published(target: Target) -> Iterator[Finding]:
    """Realtime tells clients the changes of the listed tables and of no other."""
    if target.facts is None or "published" not in target.facts:
        return  # the migrations say that it is older
    there, listed = set(target.facts["published"]), set(access.read().published)
    extra, missing = sorted(there - listed), sorted(listed - there)
    detail = f"{len(there)} published"
    if extra:
        detail += f", not meant to be: {_some(extra)}"
    if missing:
        detail += f", missing: {_some(missing)}"
    yield Finding(
        "row changes over Realtime",
        not extra and not missing,
        detail,
        "Switch them off in Database → Publications → supabase_realtime, or `alter publication"
        " supabase_realtime drop table …`: whoever listens hears of every deleted row."
        if extra
        else "Run `supabase db push`; somebody took them out by hand.",
    )


def clock_jobs(target: Target) -> Iterator[Finding]:
    """pg_cron runs: what is due each minute was done lately, and no job fails."""
    if target.facts is None:
        return
    jobs = target.facts["clock"]
    todo = "Look at cron.job_run_details; pg_cron is switched on in Database → Extensions."
    if not jobs:
        yield Finding("pg_cron", False, "has no job", "Run `supabase db push`. " + todo)
    for job in jobs:
        wrong = _wrong_with(ClockJob(**{name: job[name] for name in ClockJob._fields}))
        yield Finding(f"pg_cron {job['job']}", wrong is None, wrong or "runs", todo)


class ClockJob(NamedTuple):
    """A job of pg_cron, and how its last run went."""

    schedule: str
    active: bool
    status: str | None
    message: str | None
    success_seconds: float | None


def _wrong_with(job: ClockJob) -> str | None:
    if not job.active:
        return "is switched off"
    if job.status == "failed":
        return f"failed: {job.message or 'no reason given'}"
    if job.schedule != EVERY_MINUTE:
        return None  # once a day: it may not have been due since the deployment
    if job.success_seconds is None:
        return "has never run"
    if job.success_seconds > SILENT_SECONDS:
        return f"ran {job.success_seconds / 60:.0f} minutes ago for the last time"
    return None


def academies(target: Target) -> Iterator[Finding]:
    """No academy sends buyers or mails to somebody's own machine."""
    if target.facts is None:
        return
    found = target.facts["academies"]
    if not found:
        yield Finding(
            "academies", False, "there is none", "Make one: `preau academy create`.", warning=True
        )
    for academy in found:
        yield from _academy(academy["slug"], academy)


def _academy(slug: str, academy: dict[str, object]) -> Iterator[Finding]:
    hosts = academy["return_hosts"]
    local = sorted(LOOPBACK_HOSTS.intersection(hosts if isinstance(hosts, list) else ()))
    yield Finding(
        f"return hosts of {slug}",
        not local,
        f"{', '.join(local)} is among them" if local else "are all on the internet",
        "Take it out: `update public.academies set allowed_return_hosts = …`.",
    )
    site = str(academy["site_url"])
    away = urlsplit(site).scheme == "https" and urlsplit(site).hostname not in LOOPBACK_HOSTS
    yield Finding(f"site of {slug}", away, site, "Links in mails lead there: set an https address.")
    yield Finding(
        f"second factor of {slug}",
        bool(academy["staff_needs_aal2"]),
        "is asked of staff" if academy["staff_needs_aal2"] else "is not asked of staff",
        "Set `staff_needs_aal2` in the academy's settings once its staff have one.",
        warning=True,
    )


def database_url(target: Target) -> Iterator[Finding]:
    """SUPABASE_DB_URL, where it is given: a password of one's own, and a session of one's own."""
    given = target.given("SUPABASE_DB_URL")
    if given is None:
        return
    try:
        parts = urlsplit(given)
        port = parts.port or 5432
    except ValueError:
        yield _unread()
        return
    if (
        "@" in given and "@" not in parts.netloc
    ):  # what precedes a bare / of the password is no port
        yield _unread()
        return
    yield Finding(
        "database password",
        bool(parts.password) and parts.password not in KNOWN_PASSWORDS,
        "is one's own" if parts.password not in KNOWN_PASSWORDS else "is the one everybody tries",
        "Set another in Settings → Database.",
    )
    yield Finding(
        "database address",
        port != POOLER_PORT,
        f"port {port}",
        "Migrations need a session: take the direct address or the session pooler's.",
    )


def _unread() -> Finding:
    todo = "Percent-encode the special characters of the password."
    return Finding("database address", False, "cannot be read", todo)


def _some(names: list[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more
