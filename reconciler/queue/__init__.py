"""This room keeps pushes for later and does them at their time (domain.md 10).

`clock.py` reads and tells times; `job.py` is a job; `order.py` says whose turn it is; `claim.py` takes
jobs and gives them back; `heart.py` shows that a worker lives; `work.py` does jobs; `notify.py` tells the
submitter; `listing.py` shows jobs.
"""
