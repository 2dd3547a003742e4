"""The gateway of the local stack: one Caddy on loopback before PostgREST, Auth, Storage, functions.

`gateway.caddyfile` says what it does; here its numbers are filled in and its command is made. What
a hosted gateway would refuse is refused here too, so that a mistake shows before it is deployed.
"""

from __future__ import annotations

from pathlib import Path
from string import Template

from preau.local import keys
from preau.local.config import Config
from preau.local.paths import LOCAL, Home
from preau.local.ports import Ports

TEMPLATE = LOCAL / "gateway.caddyfile"

# The largest request bodies, in bytes. Storage takes the largest file of config.toml, and the rest
# of a multipart form around it.
REST_BYTES = 2**20
AUTH_BYTES = 2**18
FUNCTIONS_BYTES = 2**20
REALTIME_BYTES = 5_000_000  # the largest frame of hosted's Realtime, for what comes over HTTP
FORM_BYTES = 2**16

# Request line and headers together; a longer request gets 431. Hosted's is of the same order.
HEADER_BYTES = 2**15

# What pages of other origins may send (preflights) and read.
ALLOW_HEADERS = (
    "accept, accept-profile, apikey, authorization, baggage, cache-control, content-profile,"
    " content-type, idempotency-key, if-match, if-none-match, prefer, range, range-unit,"
    " sentry-trace, traceparent, tracestate, tus-resumable, upload-length, upload-metadata,"
    " upload-offset, x-academy, x-client-info, x-metadata, x-region, x-request-id,"
    " x-supabase-api-version, x-upsert"
)
EXPOSE_HEADERS = (
    "Content-Encoding, Content-Location, Content-Range, Content-Type, Date, ETag, Location,"
    " Preference-Applied, Range-Unit, Retry-After, Transfer-Encoding, Upload-Offset,"
    " X-Request-Id, X-Sb-Error-Code, X-Supabase-Api-Version"
)


def gateway_piece(
    ports: Ports, config: Config, home: Home, caddy: Path
) -> tuple[list[str], dict[str, str], str]:
    """Write the Caddyfile; return the command line, the environment besides, and the health URL."""
    caddyfile = write_caddyfile(ports, config, home)
    command = [str(caddy), "run", "--config", str(caddyfile), "--adapter", "caddyfile"]
    folder = str(home.root / "gateway")
    env = {"XDG_DATA_HOME": folder, "XDG_CONFIG_HOME": folder}
    return command, env, f"{ports.url('gateway')}/_gateway/health"


def write_caddyfile(ports: Ports, config: Config, home: Home) -> Path:
    """Write `gateway/Caddyfile` into the state folder and return its path."""
    path = home.root / "gateway" / "Caddyfile"
    path.parent.mkdir(parents=True, exist_ok=True)
    home.ensure()
    tokens = "\n\t\t".join(f'"{key}" "{token}"' for key, token in keys.ROLE_TOKENS.items())
    text = Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        name="name",
        port=ports["gateway"],
        postgrest=ports["postgrest"],
        auth=ports["auth"],
        functions=ports["functions"],
        realtime=ports["realtime"],
        storage=_quoted(home.root / "gateway"),
        access_log=_quoted(home.logs / "access.log"),
        header_bytes=HEADER_BYTES,
        rest_bytes=REST_BYTES,
        auth_bytes=AUTH_BYTES,
        functions_bytes=FUNCTIONS_BYTES,
        realtime_bytes=REALTIME_BYTES,
        storage_bytes=config.storage.file_size_limit + FORM_BYTES,
        allow_headers=ALLOW_HEADERS,
        expose_headers=EXPOSE_HEADERS,
        role_tokens=tokens,
        secret_key=keys.SECRET_KEY,
        service_jwt=keys.SERVICE_ROLE_JWT,
    )
    path.write_text(text, encoding="utf-8")
    return path


def _quoted(path: Path) -> str:
    """Return a path as one Caddyfile token, whatever characters it has."""
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'
