"""One report model, several voices."""
