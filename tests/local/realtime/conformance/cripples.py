"""What is switched off for each scenario, which then must fail: a test that cannot fail is none.

One thing each, in the server's own process; the rest of that server is as it always is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.local.realtime.conformance import cripples_changes as changes
from tests.local.realtime.conformance import cripples_channels as channels
from tests.local.realtime.conformance import cripples_people as people
from tests.local.realtime.conformance.off import nothing


@dataclass(frozen=True)
class Cripple:
    """`switch_off` changes the process it is called in; its name says what is off."""

    switch_off: Callable[[], None]

    @property
    def off(self) -> str:
        """What is off, in words."""
        return self.switch_off.__name__.replace("_", " ")


# By scenario; 0 is a whole server, on which every one must pass.
CRIPPLES = {
    number: Cripple(switch_off)
    for number, switch_off in {
        0: nothing,
        1: channels.keys_are_not_checked,
        2: channels.heartbeats_are_unknown,
        3: channels.bindings_are_not_given_back,
        4: channels.unjoined_topics_are_not_answered,
        5: channels.everybody_hears_itself,
        6: channels.bytes_are_not_encoded,
        7: channels.private_is_no_namespace,
        8: channels.http_asks_no_policy,
        9: channels.http_takes_no_bytes,
        10: channels.rows_are_not_broadcast,
        11: channels.rows_with_bytes_become_text,
        12: channels.nothing_is_replayed,
        13: changes.old_rows_are_not_completed,
        14: changes.each_binding_has_a_message,
        15: changes.every_filter_holds,
        16: changes.no_subscription_is_refused,
        17: changes.everybody_sees_every_row,
        18: changes.deletes_show_the_whole_row,
        19: changes.every_column_is_readable,
        20: changes.select_is_ignored,
        21: changes.deletes_are_asked_about,
        22: changes.values_are_texts,
        23: changes.changes_come_backwards,
        24: people.everybody_may_hear,
        25: people.everybody_may_speak,
        26: people.presence_readers_hear_broadcasts,
        27: people.the_gone_stay_present,
        28: people.tracking_does_not_enable,
        29: people.tokens_are_not_refreshed,
        30: people.tokens_do_not_expire,
        31: channels.channels_end_without_a_word,
        32: channels.a_stop_closes_channels,
        33: changes.the_log_is_read_once,
        34: changes.claims_are_never_shared,
        35: channels.broken_frames_end_the_socket,
    }.items()
}
