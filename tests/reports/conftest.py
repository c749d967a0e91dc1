"""Puts the project on the path, so that these tests find their district."""
