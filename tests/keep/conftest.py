"""Puts the project on the path, so that these tests find the naive implementation and the strategies."""
