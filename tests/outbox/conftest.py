"""Templates of the outbox's own tests, and a delivery that is due."""

from collections.abc import Iterator

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader

LETTERS = {
    "email/_test/subject.txt": "{{ subject_text }}",
    "email/_test/body.txt": """{% extends 'email/_layout.txt' %}
        {% block body %}{{ subject_text }} {{ language }}{% endblock %}""",
    "email/_test/body.html": """{% extends 'email/_layout.html' %}
        {% block body %}<p>{{ subject_text }}</p>{% endblock %}""",
}


@pytest.fixture
def letter(app: Flask) -> Iterator[str]:
    """The name of a template that shows `subject_text`."""
    before = app.jinja_env.loader
    assert before is not None
    app.jinja_env.loader = ChoiceLoader([before, DictLoader(LETTERS)])
    yield "_test"
    app.jinja_env.loader = before
