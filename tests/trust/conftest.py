"""A database as migrations make it: with what create_all does not know of."""

from tests.test_migrations import empty_app

__all__ = ["empty_app"]
