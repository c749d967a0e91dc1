"""Course masters and gradebook setup as code: plan what a push would change, then apply exactly that."""

__version__ = "0.1.0"
