"""The SQL tests on hosted Supabase's own Postgres: the image `supabase/postgres`.

Only where a Docker engine answers; the client alone is no engine. Not exercised where the project
is developed without one.
"""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from testcontainers.core.container import DockerContainer
from testcontainers.core.waiting_utils import wait_for_logs

from preau.local import databases, migrations

IMAGE = "supabase/postgres:17.6.1.011"
PASSWORD = "postgres"
COPY_TRIES = 20


def why_not() -> str | None:
    """The reason why no container can be started here, or None."""
    docker = shutil.which("docker")
    if docker is None:
        return "there is no docker command"
    asked = subprocess.run([docker, "info"], capture_output=True, text=True, check=False)
    if asked.returncode != 0:
        return "no Docker engine answers"
    return None


@contextmanager
def cluster(cli: str) -> Iterator[str]:
    """Start the image, migrate, seed and freeze the template; the value of PREAU_SQL_CLUSTER.

    `cli` is the Supabase CLI.
    """
    container = DockerContainer(IMAGE).with_env("POSTGRES_PASSWORD", PASSWORD)
    with container.with_exposed_ports(5432) as running:
        wait_for_logs(running, "database system is ready to accept connections.*", timeout=120)
        host, port = running.get_container_host_ip(), running.get_exposed_port(5432)
        url = f"postgresql://postgres:{PASSWORD}@{host}:{port}/postgres"
        superuser = f"postgresql://supabase_admin:{PASSWORD}@{host}:{port}/postgres"
        subprocess.run(
            [cli, "db", "push", f"--remote={migrations.for_cli(url)}", "--yes"], check=True
        )
        migrations.seed(url)
        _freeze(superuser)
        yield f"{url} {superuser}"


def _freeze(superuser: str) -> None:
    """Make the template; pg_cron's launcher comes back to the database now and then."""
    administration = superuser.rsplit("/", 1)[0] + f"/{databases.ADMINISTRATION}"
    for attempt in range(COPY_TRIES):
        with psycopg.connect(administration, autocommit=True) as connection:
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s",
                [databases.MAIN],
            )
        try:
            databases.freeze(administration)
        except psycopg.errors.ObjectInUse:
            if attempt == COPY_TRIES - 1:
                raise
            time.sleep(0.2)
        else:
            return
