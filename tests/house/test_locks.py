"""Lock files pin versions and hashes, and record no address to download from."""

from __future__ import annotations

import json
import re
import tomllib

from tests.house.files import ROOT


def test_python_packages_are_pinned_with_hashes() -> None:
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    pins = [line for line in lines if re.match(r"^[a-z0-9]", line)]
    assert len(pins) > 40
    assert all(re.match(r"^[\w.\-\[\]]+==\S+", pin) for pin in pins)
    assert sum("--hash=sha256:" in line for line in lines) >= len(pins)


def test_every_declared_python_package_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    declared = {re.split(r"[\[<>=~]", item)[0] for group in groups for item in group}
    locked = set(re.findall(r"^([\w.\-]+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE))
    assert not declared - locked


def pins(name: str) -> dict[str, str]:
    """What a lock file pins: version and hashes, without who wants it and on which platform."""
    blocks = re.split(r"\n(?=[a-z0-9])", (ROOT / name).read_text())
    bare = [re.sub(r" ;.*?(?= \\\n)|\n +#.*", "", block).strip() for block in blocks]
    return {block.partition("==")[0]: block.partition("==")[2] for block in bare if "==" in block}


def test_images_get_the_packages_that_everything_was_tried_with() -> None:
    everything, image = pins("requirements.lock"), pins("requirements-deploy.lock")
    assert {name: everything[name] for name in image} == image
    assert all("--hash=sha256:" in pin for pin in image.values())


def test_images_get_what_is_declared_and_nothing_of_the_local_stack_or_the_tests() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]

    def names(items: list[str]) -> set[str]:
        return {re.split(r"[\[<>=~]", item)[0] for item in items}

    image = set(pins("requirements-deploy.lock"))
    assert names(project["dependencies"]) | names(extras["build"]) <= image
    unwanted = names(extras["local"] + extras["dev"] + extras["bench"]) - names(extras["build"])
    assert not unwanted & image


def test_node_packages_are_exact() -> None:
    package = json.loads((ROOT / "package.json").read_text())
    versions = {**package["dependencies"], **package["optionalDependencies"]}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+\S*", version) for version in versions.values())


def test_lock_files_record_no_download_address() -> None:
    for name in ("requirements.lock", "requirements-deploy.lock", "package-lock.json"):
        text = (ROOT / name).read_text()
        assert not re.search(
            r'"resolved"|https?://\S+\.(whl|tgz|tar\.gz)|--(extra-)?index-url', text
        )


def test_linux_packages_carry_their_hash() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    unhashed = [
        name
        for name, entry in packages.items()
        if name
        and "integrity" not in entry
        and "linux" in entry.get("os", ["linux"])
        and "x64" in entry.get("cpu", ["x64"])
        and "musl" not in entry.get("libc", [])
    ]
    assert not unhashed
