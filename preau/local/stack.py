"""The whole stack: the order in which it starts and stops, and what it says meanwhile.

One asyncio process supervises everything. It writes state.json at every change; `preau up`, in the
foreground or detached, only shows that file.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from preau.errors import PreauError
from preau.local import account, auth, checks, config, pieces, ports, programs, runtime
from preau.local.paths import Home
from preau.local.postgres import Cluster
from preau.local.process import ProcessId
from preau.local.schema import Schema
from preau.local.state import PieceState, State, StepState
from preau.local.supervisor import Keeper, Piece


@dataclass(frozen=True)
class Options:
    """How a copy of the stack is to run.

    `template` makes the database that tests clone and gives every start a fresh copy of it; `fsync`
    off trades safety against power cuts for speed; `without` names pieces that are not started;
    `remote` runs functions and workers only, against the Supabase that the environment names.
    """

    home: Home
    port_base: int = ports.DEFAULT_BASE
    fsync: bool = True
    template: bool = False
    without: frozenset[str] = field(default_factory=frozenset)
    remote: bool = False


class Stack:
    """One running copy. `run()` returns once it was stopped, or raises why it could not start."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.home = options.home
        self.ports = ports.Ports(options.port_base)
        self.state = State(
            supervisor=ProcessId.of(os.getpid()),
            port_base=options.port_base,
            mode="remote" if options.remote else "local",
        )
        self.stopping = asyncio.Event()
        self._keepers: dict[str, Keeper] = {}
        self._reached: dict[str, asyncio.Event] = {}

    async def run(self) -> None:
        """Start, keep running until SIGINT, SIGTERM or SIGHUP, stop everything."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.stopping.set)
        with checks.held(self.home):
            try:
                await self._supervise()
            except PreauError as error:
                self._fail(error)
                raise
            except OSError as error:
                told = checks.explained(error)
                self._fail(told)
                raise told from error
            except Exception as error:  # a defect of ours: said here, told in full by the caller
                self._fail(PreauError("unexpected", repr(error), "Please report it, with this."))
                raise

    async def _supervise(self) -> None:
        asked = asyncio.create_task(self.stopping.wait())
        starting = asyncio.create_task(self._start())
        try:
            await asyncio.wait({asked, starting}, return_when=asyncio.FIRST_COMPLETED)
            if starting.done():
                starting.result()
                self.state.phase = "ready"
                self._save()
                await asked
        finally:
            asked.cancel()
            starting.cancel()
            await asyncio.gather(asked, starting, return_exceptions=True)
            self.state.phase = "stopping"
            self._save()
            await self._stop_all()
            self.state.phase = "stopped"
            self._save()

    def _fail(self, error: PreauError) -> None:
        self.state.phase = "failed"
        self.state.error, self.state.hint = error.message, error.hint
        self._save()

    async def _start(self) -> None:
        async with self._step("Checks") as step:
            ports.check_base(self.ports)
            leftovers = await asyncio.to_thread(checks.stop_leftovers, self.home)
            step.note = f"ended leftovers: {', '.join(leftovers)}" if leftovers else ""
            checks.disk(self.home)
            if self.options.template:
                checks.forget_visits(self.home)
            located, settings = programs.require(), config.read()
            planned = self._plan(located, settings)
            names = [piece.name for piece in planned]
            names += [] if self.options.remote else ["postgres"]
            needed = [port for name in names for port in pieces.NEEDS.get(name, ())]
            await asyncio.to_thread(ports.check, self.ports, needed)
        self._reached = {name: asyncio.Event() for name in (*names, pieces.SCHEMA)}
        try:
            async with asyncio.TaskGroup() as group:
                if not self.options.remote:
                    group.create_task(self._database(located, settings))
                for piece in planned:
                    group.create_task(self._bring_up(piece))
        except BaseExceptionGroup as failed:
            expected = failed.subgroup(PreauError)
            if expected is None:
                raise
            raise _first(expected) from None

    def _plan(self, located: programs.Programs, settings: config.Config) -> list[Piece]:
        """Return every piece to run but Postgres."""
        if self.options.remote:
            found = pieces.remote(self.ports, os.environ)
        else:
            found = pieces.local(self.home, self.ports, located, settings, os.environ)
        without, names = self.options.without, {piece.name for piece in found}
        if unknown := sorted(without - names - {"stripe"}):  # with Stripe's own key it is not there
            raise PreauError(
                "unknown_piece",
                f"{', '.join(unknown)} cannot be left out.",
                f"These can: {', '.join(sorted(names))}.",
            )
        return [piece for piece in found if piece.name not in without]

    async def _database(self, located: programs.Programs, settings: config.Config) -> None:
        """Bring Postgres up, and its main database up to date."""
        async with self._step("Postgres") as step:
            user = account.find(self.home)
            folder = account.place(self.home, user)
            tree = await asyncio.to_thread(runtime.install, located, folder)
            cluster = Cluster(
                self.home, folder, tree, user, self.ports["postgres"], self.options.fsync
            )
            init = auth.auth_init(self.ports, settings, self.home, located.node)
            schema = Schema(cluster, located, init)
            if self.options.template and not schema.is_frozen():
                cluster.forget()
            step.note = "new data folder" if await cluster.initialise() else ""
            cluster.configure()
            await self._keep(pieces.postgres(cluster))
        if self.options.template and schema.is_frozen():
            await self._do("Database", schema.thaw)
        else:
            await self._do("Bootstrap", schema.bootstrap)
            await self._do("Auth tables", schema.auth_tables)
            await self._do("Migrations", schema.migrate)
            await self._do("Seeds", schema.seed)
            if self.options.template:
                await self._do("Template", schema.freeze)
        self._reached[pieces.SCHEMA].set()

    async def _bring_up(self, piece: Piece) -> None:
        """Start a piece once those it needs are healthy."""
        for name in piece.after:
            if name in self._reached:
                await self._reached[name].wait()
        async with self._step(piece.title):
            await self._keep(piece)

    async def _keep(self, piece: Piece) -> None:
        """Start a piece and wait until it is healthy."""
        state = self.state.pieces.setdefault(piece.name, PieceState())
        keeper = Keeper(piece, state, self.home.log(piece.name), self._save)
        self._keepers[piece.name] = keeper
        keeper.start()
        await keeper.settled.wait()
        if state.status == "failed":
            self.state.failed_piece = piece.name
            raise PreauError(
                "piece_failed",
                f"{piece.title} did not start: it {state.last_error}.",
                f"Its last words are in {self.home.log(piece.name)}.",
            )
        self._reached[piece.name].set()

    async def _stop_all(self) -> None:
        """Stop every piece after those that need it, Postgres last of all."""
        others = [keeper for name, keeper in self._keepers.items() if name != "postgres"]
        stopped = {keeper.piece.name: asyncio.Event() for keeper in others}

        async def stop(keeper: Keeper) -> None:
            for other in others:
                if keeper.piece.name in other.piece.after:
                    await stopped[other.piece.name].wait()
            await keeper.stop()
            stopped[keeper.piece.name].set()

        await asyncio.gather(*(stop(keeper) for keeper in others))
        if "postgres" in self._keepers:
            await self._keepers["postgres"].stop()

    async def _do(self, name: str, action: Callable[[], Awaitable[str]]) -> None:
        async with self._step(name) as step:
            step.note = await action()

    @asynccontextmanager
    async def _step(self, name: str) -> AsyncIterator[StepState]:
        """Time a step of the start and show it."""
        step = StepState(name)
        self.state.steps.append(step)
        self._save()
        began = time.monotonic()
        yield step
        step.seconds = round(time.monotonic() - began, 2)
        self._save()

    def _save(self) -> None:
        # A full disk must not end the supervisor; the pieces' own logs will say it.
        with contextlib.suppress(OSError):
            self.state.write(self.home.state_file)


def _first(failed: BaseExceptionGroup[PreauError]) -> PreauError:
    """Return the first error of a group of groups."""
    for error in failed.exceptions:
        return _first(error) if isinstance(error, BaseExceptionGroup) else error
    raise AssertionError("an exception group is never empty")
