"""Scenario 15: filters, held against what Postgres itself would say."""

from __future__ import annotations

import uuid

from tests.local.realtime.conformance.peers import JSON, Wanted
from tests.local.realtime.conformance.rows import insert, listen, on
from tests.local.realtime.conformance.scene import Scene, topic

# Each filter, and which of these rows it lets through.
ROWS: dict[str, JSON] = {
    "plain": {"small": 5, "note": "plain", "flag": True},
    "comma": {"small": 7, "note": 'a,b "c" (d)', "flag": False},
    "none": {"small": None, "note": None, "flag": None},
}
FILTERS = {
    "small=eq.5": {"plain"},
    "small=neq.5": {"comma"},
    "small=lt.7": {"plain"},
    "small=lte.7": {"plain", "comma"},
    "small=gt.5": {"comma"},
    "small=gte.5": {"plain", "comma"},
    "small=in.(5,6)": {"plain"},
    "small=not.in.(5,6)": {"comma"},
    "small=not.eq.5": {"comma"},
    "small=isdistinct.5": {"comma", "none"},
    "small=not.isdistinct.5": {"plain"},
    "small=is.null": {"none"},
    "small=not.is.null": {"plain", "comma"},
    "flag=is.true": {"plain"},
    "flag=is.unknown": {"none"},
    "flag=not.is.false": {"plain", "none"},
    "note=like.pl%": {"plain"},
    "note=ilike.PL%": {"plain"},
    "note=not.like.pl%": {"comma"},
    "note=match.^a": {"comma"},
    "note=imatch.^PLA": {"plain"},
    'note=in.("a,b \\"c\\" (d)",x)': {"comma"},
    'note=eq."a,b \\"c\\" (d)"': {"comma"},
    "small=gt.1,flag=is.true": {"plain"},
    "note=like.%(d),small=gte.7": {"comma"},
    "": {"plain", "comma", "none"},
}
INVALID = "An exception happened so please check your connect parameters"
# Each filter that is refused, and what its refusal holds.
REFUSED = {
    "small": "Error parsing `filter` params",
    "small=eq.1,": "Error parsing `filter` params",
    "small=foo.1": "Error parsing `filter` params",
    "small=in.5,6": "Error parsing `filter` params",
    f"small=in.({','.join(map(str, range(101)))})": "too many values for `in` filter. Maximum 100",
    "small=eq.x": INVALID,
    "small=is.true": INVALID,
    "small=like.5%": INVALID,
    "note=match.(": INVALID,
    "nothing=eq.1": "invalid column for filter nothing",
    "secret=eq.x": "invalid column for filter secret",
}


async def test_15_filters_say_what_postgres_would(scene: Scene) -> None:
    bindings = [
        on("kinds", event="INSERT", filter=text) if text else on("kinds") for text in FILTERS
    ]
    room = await listen(scene, *bindings)
    run = uuid.uuid4()
    for row in ROWS.values():
        await scene.sql(
            "insert into conf.kinds (small, note, flag, code) values (%s, %s, %s, %s)",
            *(row["small"], row["note"], row["flag"], run),
        )
    last = len(FILTERS) - 1  # no filter: it hears every row, after the others have
    heard = {text: set[str]() for text in FILTERS}
    by_note = {row["note"]: name for name, row in ROWS.items()}
    for name in ROWS:
        whole = await room.inbox.next("change", binding=last)
        heard[""].add(by_note[whole["record"]["note"]])
        assert by_note[whole["record"]["note"]] == name
    for change in room.inbox.unread("change"):
        heard[list(FILTERS)[change["binding"]]].add(by_note[change["record"]["note"]])
    assert heard == FILTERS

    # The new row decides an update; of the old row only its key is known to a delete.
    key = await insert(scene, "notes", "was")
    aimed = await listen(
        scene, on("notes", filter="title=eq.is"), on("notes", filter=f"id=eq.{key}")
    )
    await scene.sql("update conf.notes set title = 'is' where id = %s", key)
    await scene.sql("delete from conf.notes where id = %s", key)
    assert [(await aimed.inbox.next("change", binding=1))["type"] for _ in range(2)] == [
        "UPDATE",
        "DELETE",
    ]
    assert [c["type"] for c in aimed.inbox.unread("change")] == ["UPDATE"]

    peer = await scene.user()
    for text, why in REFUSED.items():
        table = "veiled" if text.startswith("secret") else "kinds"
        refused = await peer.join(topic(), Wanted(changes=[on(table, filter=text)]))
        assert refused.status["status"] == "SUBSCRIBED", text
        told = str((await refused.inbox.told("postgres_changes")).data)
        assert why in told, (text, told)
        assert "error" in told.lower()
