"""What `supabase config push` would send, as the Supabase CLI itself says it to a stand-in."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from preau.local import programs
from preau.local.paths import SUPABASE
from preau.local.process import base_env

REF = "putyourprojectidhere"
LOCAL = re.compile(r"localhost|127\.0\.0\.1|::1")


class Management(BaseHTTPRequestHandler):
    """The management API of a project that has no configuration yet."""

    def do_GET(self) -> None:
        ref = self.path.split("/")[3]
        project = {
            "id": ref,
            "ref": ref,
            "name": "preau",
            "region": "eu-west-3",
            "organization_id": "o",
            "organization_slug": "o",
            "status": "ACTIVE_HEALTHY",
            "created_at": "2026-01-01T00:00:00Z",
        }
        body = json.dumps({} if self.path.endswith("/config") else project).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def api() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Management)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def pushed(
    api: str, folder: Path, ref: str = REF, uncomment: bool = False, **env: str
) -> dict[str, Any]:
    """Ask the CLI what it would set at a project; values by their dotted names."""
    shutil.copytree(SUPABASE / "templates", folder / "supabase" / "templates")
    config = (SUPABASE / "config.toml").read_text()
    if uncomment:
        config = re.sub(r"(?m)^# (?=\[remotes|enabled|uri|secrets)", "", config)
    (folder / "supabase" / "config.toml").write_text(config)
    profile = folder / "profile.yaml"
    profile.write_text(
        f"name: tests\napi_url: {api}\ndashboard_url: {api}\nproject_host: project.example\n"
    )
    done = subprocess.run(
        [
            *(str(programs.require().supabase), "config", "diff", f"--remote={ref}"),
            *("--profile", str(profile), "--agent", "no", "--output-format", "json"),
        ],
        cwd=folder,
        env=base_env() | {"SUPABASE_ACCESS_TOKEN": "sbp_" + "0" * 40} | env,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    changes = json.loads(done.stdout)["changes"]
    return {".".join(change["path"]): change["local"] for change in changes}


def test_the_named_project_gets_nothing_local(api: str, tmp_path: Path) -> None:
    sent = pushed(api, tmp_path)
    assert sent["auth.site_url"] == "https://preau.example"
    assert sent["api.schemas"] == ["public", "worker"]
    assert sent["auth.email.enable_confirmations"] is True
    local = {name for name, value in sent.items() if LOCAL.search(json.dumps(value))}
    assert local == set()


def test_any_other_project_would_get_the_local_addresses(api: str, tmp_path: Path) -> None:
    sent = pushed(api, tmp_path, ref="z" * 20)
    assert LOCAL.search(sent["auth.site_url"]), "docs/deploy.md warns of it"


def test_the_hook_is_set_once_its_lines_are_taken_in(api: str, tmp_path: Path) -> None:
    uri = "https://project.example/functions/v1/send-email"
    sent = pushed(
        api,
        tmp_path,
        uncomment=True,
        SEND_EMAIL_HOOK_URI=uri,
        SEND_EMAIL_HOOK_SECRET="v1,whsec_c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0",
    )
    assert sent["auth.hook.send_email.enabled"] is True
    assert sent["auth.hook.send_email.uri"] == uri
