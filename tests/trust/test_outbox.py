"""Addresses are encrypted in the outbox; a server's answer that repeats one must not put it there in the clear."""

from types import SimpleNamespace
from typing import Any

import pytest

from portal.outbox.channels import LineDown, Refused, TryLater, Uncertain
from portal.outbox.delivery import attempt

ADDRESS = "Wang.JianGuo@example.test"


class Answers:
    """A line whose far side says this."""

    def __init__(self, said: Exception | str) -> None:
        self.said = said

    def send(self, _parcel: Any) -> str:
        if isinstance(self.said, Exception):
            raise self.said
        return self.said


WORDS = f"550 5.1.1 <{ADDRESS.lower()}>: no such user here ({ADDRESS})"


@pytest.mark.parametrize("said", [Refused(WORDS), TryLater(WORDS), LineDown(WORDS), Uncertain(WORDS), WORDS], ids=repr)
def test_no_answer_of_a_server_repeats_the_address(said: Any) -> None:
    held: Any = SimpleNamespace(id=1, channel="email", parcel=SimpleNamespace(address=ADDRESS))
    line: Any = Answers(said)
    tried = attempt(line, held)
    assert tried.detail == "550 5.1.1 <***>: no such user here (***)"
