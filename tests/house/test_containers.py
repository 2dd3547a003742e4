"""The images' recipes, read: no engine builds them here, so what can be seen is held."""

from __future__ import annotations

import json
import re
import shlex
from fnmatch import fnmatch
from typing import Any

import pytest
import yaml

from preau.settings import Settings
from tests.house.files import ROOT

DEPLOY = ROOT / "deploy"
RECIPES = sorted(DEPLOY.glob("*.Containerfile"))
SECRET_NAME = re.compile(r"\b\w*(SECRET|PASSWORD|_KEY|TOKEN)\w*\s*=")
Step = tuple[str, str]


def steps(text: str) -> list[Step]:
    """The instructions and what each was given, continued lines joined."""
    kept = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    joined = re.sub(r"\\\n\s*", " ", kept)
    found = [line.split(maxsplit=1) for line in joined.splitlines() if line.strip()]
    return [(name, rest) for name, rest in found]


def of(found: list[Step], name: str) -> list[str]:
    return [rest for step, rest in found if step == name]


@pytest.fixture(params=RECIPES, ids=lambda path: path.stem)
def recipe(request: pytest.FixtureRequest) -> list[Step]:
    return steps(request.param.read_text())


def test_there_is_one_for_functions_and_one_for_workers() -> None:
    assert [path.stem for path in RECIPES] == ["functions", "workers"]


def test_they_are_built_alike() -> None:
    def build(path: Any) -> list[Step]:
        found = steps(path.read_text())
        return found[: [name for name, _ in found].index("FROM", 1)]

    assert build(RECIPES[0]) == build(RECIPES[1])


def test_images_are_named_with_a_tag(recipe: list[Step]) -> None:
    images = [rest.split()[0] for rest in of(recipe, "FROM")]
    assert images
    assert all(re.fullmatch(r"docker\.io/library/python:3\.11-slim-\w+", one) for one in images)


def test_the_process_is_nobody(recipe: list[Step]) -> None:
    user = of(recipe, "USER")[-1]
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user), "a number, for runAsNonRoot to see"


def test_no_secret_is_baked_in(recipe: list[Step]) -> None:
    assert of(recipe, "ARG") == []
    assert not any(SECRET_NAME.search(rest) for name, rest in recipe if name in {"ENV", "LABEL"})


def test_what_runs_is_pid_1_and_hears_signals(recipe: list[Step]) -> None:
    (command,) = of(recipe, "CMD")
    assert json.loads(command)[0] == "preau"
    assert of(recipe, "STOPSIGNAL") == ["SIGTERM"]


def test_its_health_is_asked_without_a_shell(recipe: list[Step]) -> None:
    (health,) = of(recipe, "HEALTHCHECK")
    words = json.loads(health.partition("CMD ")[2])
    assert words[:3] == ["python", "-m", "preau.alive"]
    port = of(recipe, "EXPOSE")[0]
    assert f":{port}/" in words[3]


def test_every_package_has_its_hash(recipe: list[Step]) -> None:
    installs = [rest for rest in of(recipe, "RUN") if "pip install" in rest]
    assert "--require-hashes -r requirements-deploy.lock" in installs[0]
    assert all("--no-deps --no-build-isolation" in rest for rest in installs[1:])


def test_what_is_copied_is_there_and_let_through(recipe: list[Step]) -> None:
    allowed = [
        line.removeprefix("!")
        for line in (ROOT / ".containerignore").read_text().splitlines()
        if line.startswith("!")
    ]
    for rest in of(recipe, "COPY"):
        words = shlex.split(rest)
        if words[0].startswith("--from=build"):
            continue
        for source in words[:-1]:
            assert (ROOT / source).exists(), source
            assert any(fnmatch(source, pattern) for pattern in allowed), source


def test_an_image_gets_nothing_that_no_recipe_names() -> None:
    lines = (ROOT / ".containerignore").read_text().splitlines()
    assert next(line for line in lines if not line.startswith("#")) == "*"
    assert "**/.env*" in lines
    assert (ROOT / ".dockerignore").read_text() == (ROOT / ".containerignore").read_text()


def test_settings_of_the_images_exist(recipe: list[Step]) -> None:
    known = {name.upper() for name in Settings.model_fields}
    named = {word.split("=")[0] for rest in of(recipe, "ENV") for word in rest.split()}
    ours = {name for name in named if name.startswith(("FUNCTIONS_", "WORKER_", "SUPABASE_"))}
    assert ours <= known


def test_the_composition_is_hardened_and_waits_for_the_drain() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    assert set(services) == {"functions", "workers", "metrics"}
    for name in ("functions", "workers"):
        one = services[name]
        assert one["read_only"] is True
        assert one["cap_drop"] == ["ALL"]
        assert one["security_opt"] == ["no-new-privileges:true"]
        assert (DEPLOY / one["build"]["context"] / one["build"]["dockerfile"]).is_file()
        assert "SUPABASE_SECRET_KEY" not in json.dumps(one)
    drain = Settings.model_fields["worker_drain_seconds"].default
    assert int(services["workers"]["stop_grace_period"].removesuffix("s")) >= drain + 5
    assert services["workers"]["deploy"]["replicas"] == 2
    assert all(
        port.startswith("127.0.0.1:") for s in services.values() for port in s.get("ports", [])
    )


def test_metrics_are_scraped_where_workers_give_them() -> None:
    jobs = yaml.safe_load((DEPLOY / "prometheus.yml").read_text())["scrape_configs"]
    (found,) = jobs[0]["dns_sd_configs"]
    exposed = of(steps((DEPLOY / "workers.Containerfile").read_text()), "EXPOSE")
    assert [str(found["port"])] == exposed


@pytest.mark.parametrize("name", ["workers", "functions"])
def test_units_stop_after_the_drain_and_know_their_command(name: str) -> None:
    unit = (DEPLOY / f"preau-{name}.service").read_text()
    command = {"workers": "work", "functions": "serve"}[name]
    assert f"/bin/preau {command}\n" in unit
    assert (
        int(re.findall(r"TimeoutStopSec=(\d+)", unit)[0]) >= {"workers": 25, "functions": 11}[name]
    )
    assert "EnvironmentFile=" in unit
