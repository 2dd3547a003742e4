"""`preau demo`: a first paid enrolment against the running stack, each step with its time."""

from __future__ import annotations

import asyncio
import os

import httpx
from postgrest import APIError
from supabase_auth.errors import AuthError
from supabase_functions.errors import FunctionsError

from preau.cli import target
from preau.cli.console import HomeOption, out
from preau.cli.journey import Journey, Step
from preau.errors import PreauError
from preau.local import environment, state
from preau.local.paths import Home
from preau.local.ports import Ports


def demo(home: HomeOption = None) -> None:
    """Play a first paid enrolment: sign-up, e-mail, order, payment, webhook, enrolment, mails.

    Example: `preau demo`
    """
    place = Home.find(home)
    found = state.read(place.state_file)
    if found is None or not found.is_running() or found.mode != "local":
        raise PreauError(
            "not_running", "The local stack is not running.", "Start it with `preau up --detach`."
        )
    env = environment.stack_env(Ports(target.port_base(place)), os.environ)
    journey = Journey(env["SUPABASE_URL"], env["SUPABASE_PUBLISHABLE_KEY"], env["INBOX_URL"])
    steps: list[Step] = []

    def report(step: Step) -> None:
        steps.append(step)
        out.print(f"  ✓ {step.title:<50}{step.seconds * 1000:>7.0f} ms", markup=False)
        out.print(f"      {step.outcome}", style="dim", markup=False)

    try:
        asyncio.run(journey.play(report))
    except (httpx.HTTPError, APIError, AuthError, FunctionsError) as error:
        raise PreauError(
            "demo_failed",
            f"After {len(steps)} steps: {getattr(error, 'message', None) or error}",
            "Look at `preau status` and `preau logs`.",
        ) from error
    total = sum(step.seconds for step in steps)
    out.print(
        f"{len(steps)} steps in {total:.1f} s. Read the mails: {env['INBOX_URL']}", markup=False
    )
