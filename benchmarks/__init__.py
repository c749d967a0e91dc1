"""How fast, how large: seeded districts of the sizes of domain.md 14, and what each step costs on them."""
