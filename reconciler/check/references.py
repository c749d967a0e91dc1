"""This room."""
def examine(source, report): pass
