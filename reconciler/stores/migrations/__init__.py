"""The tables' versions, one room each in `versions`; Alembic walks them."""
