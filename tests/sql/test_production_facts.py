"""production_facts: what a check of a deployment needs to know, and nothing else."""

from __future__ import annotations

from typing import Any

from preau.local import migrations
from tests.support.database import Db, value


def facts(db: Db) -> dict[str, Any]:
    found: dict[str, Any] = value(db, "select worker.production_facts()")
    return found


def test_every_applied_migration_is_told(db: Db) -> None:
    assert facts(db)["migrations"] == migrations.versions()


def test_a_job_that_never_ran_has_no_success(db: Db) -> None:
    jobs = {job["job"]: job for job in facts(db)["clock"]}
    assert jobs["housekeep"] == {
        "job": "housekeep",
        "schedule": "* * * * *",
        "active": True,
        "status": None,
        "message": None,
        "success_seconds": None,
    }


def test_accounts_are_told_with_the_names_of_their_secrets(db: Db) -> None:
    accounts = {account["slug"]: account for account in facts(db)["accounts"]}
    assert accounts["mecaformation-stripe"]["secret_name"] == "STRIPE_MECAFORMATION"


def test_a_table_without_policies_switched_on_is_named(db: Db) -> None:
    assert facts(db)["without_rls"] == []
    db.execute("create table public.forgotten (id int)")
    assert facts(db)["without_rls"] == ["public.forgotten"]


def test_only_a_second_factor_that_is_asked_for_counts(db: Db) -> None:
    db.execute(
        "update public.academies set settings = '{\"staff_needs_aal2\": true}'"
        " where slug = 'aurora50'"
    )
    asked = {row["slug"]: row["staff_needs_aal2"] for row in facts(db)["academies"]}
    assert asked == {"aurora50": True, "mecaformation": False, "nexus-reussite": False}
