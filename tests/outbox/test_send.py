"""What send() writes, and what it does not."""

from portal.db import db
from portal.outbox import operations as outbox
from portal.outbox.operations import To
from tests.cast import Cast


def test_one_text_a_language_and_one_delivery_a_recipient(letter: str, cast: Cast) -> None:
    to = [To("a@x.test"), To("b@x.test", "en"), To("c@x.test"), To(" "), To("A@x.test")]
    message = outbox.send(letter, to, community_id=cast.community.id, key="k", subject_text="你好")
    db.session.commit()
    assert sorted(text.language for text in message.texts) == ["en", "zh"]
    assert [one.address for one in message.deliveries] == ["a@x.test", "b@x.test", "c@x.test"]
