"""The clock: plays the stand-in for pg_cron on the local stack. `preau work clock` starts it.

Once a second it asks the database to run what is due; the database sees to it that nothing runs
twice for the same moment, so a second clock does no harm. On hosted Supabase pg_cron runs by itself
and nobody starts this.
"""

from __future__ import annotations

import time
from typing import NoReturn

import psycopg

from preau.errors import PreauError
from preau.local import postgres, sql, state
from preau.local.paths import Home
from preau.local.ports import Ports
from preau.log import get_logger

RETRY_SECONDS = 1.0


def run(home: Home) -> NoReturn:
    """Play the clock of the stack in this state folder until the process is ended."""
    found = state.read(home.state_file)
    if found is None:
        raise PreauError(
            "not_running",
            f"No local stack was started in {home.root}; the clock plays only there.",
            "Start it with `preau up`. On hosted Supabase pg_cron needs no clock.",
        )
    url = postgres.superuser_url(home, Ports(found.port_base)["postgres"])
    log = get_logger()
    while True:
        try:
            with psycopg.connect(url, autocommit=True, application_name="preau clock") as database:
                log.info("clock.started")
                _play(database)
        except psycopg.OperationalError as error:  # Postgres restarts; the schedule goes on after
            log.warning("clock.disconnected", error=str(error).strip())
            time.sleep(RETRY_SECONDS)


def _play(database: psycopg.Connection) -> NoReturn:
    """Run what is due at each second."""
    told = 0
    while True:
        time.sleep(1.0 - time.time() % 1.0)
        there = database.execute(sql.load("clock_is_there")).fetchone()
        if there is None or not there[0]:
            continue
        played = database.execute(sql.load("clock_play")).fetchone()
        if played is None or played[0] == 0:
            continue
        log = get_logger()
        for run_id, job, status, message, seconds in database.execute(
            sql.load("clock_runs"), {"after": told}
        ):
            told = run_id
            say = log.info if status == "succeeded" else log.error
            say("clock.played", job=job, status=status, message=message, seconds=seconds)
