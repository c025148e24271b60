"""What the tests of the watch share."""

from tests.counting import count_queries

__all__ = ["count_queries"]
