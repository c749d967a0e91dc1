"""One foreign format, one file: each reads into and writes from `district.py`."""
