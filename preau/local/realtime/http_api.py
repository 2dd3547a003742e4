"""Broadcasts over HTTP: `POST /api/broadcast`, a batch, and one event at an address of its own.

Statuses, bodies and what is silent are supabase/realtime's. Clients read a 404 of the second as a
server that is too old for it, so nothing here answers with one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
from aiohttp import web

from preau.local.realtime import claims, strict_json
from preau.local.realtime.batch import TOO_LARGE, Batch, BatchRefused, BatchTooLong
from preau.local.realtime.hub import Topic
from preau.local.realtime.messages import message

if TYPE_CHECKING:
    from preau.local.realtime.claims import Caller
    from preau.local.realtime.services import Services

PREFIXES = ("/realtime/v1/api", "/api")  # the gateway's, and upstream's own
JSON, OCTETS = "application/json", "application/octet-stream"


class HttpApi:
    """What both forms do; nothing is kept from one request to the next."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._limits = services.config.limits

    async def batch(self, request: web.Request) -> web.Response:
        """Publish a batch: public messages at once, private ones where the policies allow it."""
        caller = self._caller(request)
        given = await _json(request)
        try:
            batch = Batch.read(given, self._limits.payload_bytes, self._limits.batch_messages)
        except BatchRefused as error:
            return web.json_response({"errors": error.errors}, status=422)
        except BatchTooLong:
            return _problem(429, "Too many messages to broadcast, please reduce the batch size")
        self._count(len(batch.messages))
        allowed = {
            name: await self._may_send(request, caller, name) for name in batch.private_topics
        }
        for each in batch.messages:
            if not each.private or allowed[each.topic]:
                meta = {"id": each.id} if each.id else None
                self._publish(Topic(each.topic, each.private), each.event, each.payload, meta)
        return web.Response(status=202)

    async def single(self, request: web.Request) -> web.Response:
        """Publish one event; the body is its payload, JSON or bytes."""
        caller = self._caller(request)
        topic = Topic(request.match_info["topic"], request.query.get("private") == "true")
        payload = await self._payload(request)
        size = len(payload if isinstance(payload, bytes) else payload.encode())
        if size > self._limits.payload_bytes:
            return web.json_response({"errors": {"payload": [TOO_LARGE]}}, status=422)
        self._count(1)
        if topic.private and not await self._may_send(request, caller, topic.name):
            return _problem(403, "Unauthorized")
        self._publish(topic, request.match_info["event"], payload)
        return web.Response(status=202)

    def _caller(self, request: web.Request) -> Caller:
        """Return who asks; the address' own `apikey` is for the gateway."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            token = request.headers.get("apikey", "")
        try:
            return claims.verify(token, self._services.config.jwt_secret)
        except claims.TokenError:
            raise _refused(web.HTTPUnauthorized, "Unauthorized") from None

    async def _payload(self, request: web.Request) -> str | bytes:
        kind = request.content_type if "Content-Type" in request.headers else None
        if kind == OCTETS:
            return await _body(request)
        if kind == JSON:
            return strict_json.dump(await _json(request))
        raise _refused(web.HTTPUnsupportedMediaType, "Unsupported Media Type")

    def _count(self, messages: int) -> None:
        for _ in range(messages):
            if not self._services.rates.messages.allows():
                raise _refused(web.HTTPTooManyRequests, "You have exceeded your rate limit")

    async def _may_send(self, request: web.Request, caller: Caller, topic: str) -> bool:
        headers = {name.lower(): value for name, value in request.headers.items()}
        try:
            return await self._services.authoriser.write(topic, caller, headers, "broadcast")
        except psycopg.OperationalError:
            raise _refused(web.HTTPServiceUnavailable, "Database unavailable") from None

    def _publish(
        self, topic: Topic, event: str, payload: str | bytes, meta: dict[str, Any] | None = None
    ) -> None:
        self._services.metrics.broadcasts += 1
        told = message(topic.name, event, payload, meta)
        self._services.hub.publish(topic, told, "broadcast")


def routes(services: Services) -> list[web.RouteDef]:
    """Return both forms, at the gateway's addresses and at upstream's own."""
    api = HttpApi(services)
    return [
        route
        for prefix in PREFIXES
        for route in (
            web.post(f"{prefix}/broadcast", api.batch),
            web.post(f"{prefix}/broadcast/{{topic}}/events/{{event}}", api.single),
        )
    ]


async def _body(request: web.Request) -> bytes:
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise _refused(web.HTTPUnprocessableEntity, TOO_LARGE) from None


async def _json(request: web.Request) -> Any:
    try:
        return strict_json.load((await _body(request)).decode())
    except ValueError:
        raise _refused(web.HTTPBadRequest, "Bad Request") from None


def _problem(status: int, text: str) -> web.Response:
    return web.json_response({"message": text}, status=status)


def _refused(kind: type[web.HTTPException], text: str) -> web.HTTPException:
    return kind(text=strict_json.dump({"message": text}), content_type=JSON)
