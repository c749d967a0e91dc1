"""This room judges what is there without changing it: each course's state, and what waits to be pushed.

Nothing here has a truth of its own: every course is judged as a push that ticks everything would judge it.
"""
