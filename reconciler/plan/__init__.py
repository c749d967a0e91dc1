"""This room turns (desired, current) into a plan: cohorts, verdicts and change lines.

`scope.py` says what is pushed where; `wanted.py` what a course should have; `course_hop.py` and
`section_hop.py` judge one host; `cohorts.py` judges each distinct case once for all its hosts;
`lines.py` sums verdicts into what people read; `saved.py` writes a plan to a file and reads it back.
"""
