"""This room decides what must not be touched and why: the decision table and the evidence it asks for.

`table.py` is the table of domain.md 3, row by row; `effect.py` does to one item what a row says;
`evidence.py` answers what is used; `names.py` settles category names. Residuals come from here alone.
"""
