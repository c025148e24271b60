"""Ways to the outside world, one small file each. Nothing else in the portal opens a line to anybody.

To add a channel, write one file here, named as `To.channel` and `Delivery.channel` name it, and imitate email.py: a
function `open_line() -> Line`. A line is opened once a run and takes all deliveries of that run. `send(parcel)`
returns what the far side answered once it has accepted, or raises one of the four below: which one decides whether
the delivery ends, waits, or is put before a person, and whether the whole channel rests.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Protocol, cast

from portal.outbox.rendering import Words


@dataclass(frozen=True)
class Letter:
    """What all recipients of one message in one language share."""

    message_id: int
    language: str
    words: Words
    made_at: datetime
    priority: int
    estate: str
    estate_code: str


@dataclass(frozen=True)
class Parcel:
    """One delivery as a channel sees it. `reference` is the same in every try: the far side may know it again."""

    letter: Letter
    reference: str
    address: str
    fields: Mapping[str, str]


class Refused(Exception):  # noqa: N818 - named for what the far side said
    """Not to this recipient, now or later."""


class TryLater(Exception):  # noqa: N818
    """Not to this recipient now."""


class LineDown(Exception):  # noqa: N818
    """The line failed before the parcel was handed over: nobody is charged, the channel rests."""


class Uncertain(Exception):  # noqa: N818
    """The line failed after the parcel was handed over and before an answer: it may have arrived."""


class Line(Protocol):
    def send(self, parcel: Parcel) -> str: ...

    def close(self) -> None: ...


class Channel(Protocol):
    def open_line(self) -> Line: ...


def open_line(channel: str) -> Line:
    """A line of that channel; LineDown where it cannot be had."""
    module = cast("Channel", import_module(f"portal.outbox.channels.{channel}"))
    return module.open_line()
