"""The databases behind the door (`current.py`); each passes the same contract tests."""
