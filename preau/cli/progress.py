"""The progress of `preau up`: each step with its time as it ends, then addresses and keys."""

from __future__ import annotations

from rich.status import Status

from preau.cli.console import err, out
from preau.local import environment, ports, state
from preau.local.paths import Home
from preau.local.supervisor import tail

SHOWN = ("SUPABASE_URL", "SUPABASE_PUBLISHABLE_KEY", "SUPABASE_SECRET_KEY", "SUPABASE_DB_URL")


class Progress:
    """Shows a start from its state: what is done line by line, what runs in a moving line."""

    def __init__(self) -> None:
        self._told: set[int] = set()
        self._moving = Status("starting", console=out)

    def __enter__(self) -> Progress:
        self._moving.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._moving.stop()

    def show(self, found: state.State) -> None:
        """Print the steps that ended since the last call."""
        for number, step in enumerate(found.steps):
            if step.seconds is not None and number not in self._told:
                self._told.add(number)
                note = f"  {step.note}" if step.note else ""
                out.print(f"  ✓ {step.name:<18}{step.seconds:>6.2f} s{note}", markup=False)
        running = [step.name for step in found.steps if step.seconds is None]
        self._moving.update(", ".join(running) or "starting")


def summary(found: state.State, outside: dict[str, str]) -> None:
    """Print where everything is."""
    if found.mode == "remote":
        out.print(f"Functions and workers run against {outside.get('SUPABASE_URL')}.", markup=False)
        return
    used = ports.Ports(found.port_base)
    env = environment.stack_env(used, outside)
    rows = {name: env[name] for name in SHOWN} | {
        "Mails": env["INBOX_URL"],
        "Stripe": env.get("STRIPE_API_BASE", "Stripe itself (STRIPE_SECRET_KEY is set)"),
    }
    for name, value in rows.items():  # no table: in a narrow window it would cut keys off
        out.print(f"{name:<26}{value}", markup=False)
    out.print("All of it: preau env · what runs: preau status · stop: preau down")


def failure(found: state.State | None, home: Home) -> None:
    """Print why a start failed, with the last log lines of the piece that did not come up."""
    piece = found.failed_piece if found else "supervisor"
    if piece:
        lines = tail(home.log(piece))
        if lines:
            err.print(f"The last lines of {home.log(piece)}:", markup=False)
            for line in lines:
                err.print(f"  {line}", style="dim", markup=False)
    if found and found.error:
        err.print(found.error, style="red", markup=False)
        if found.hint:
            err.print(f"→ {found.hint}", markup=False)
    else:
        err.print("The supervisor ended before it could say why.", style="red")
        err.print(f"→ Look at {home.log('supervisor')}.", markup=False)
