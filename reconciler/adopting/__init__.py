"""This room writes a first catalog from what courses have: `reconcile adopt`.

Courses of one number become one master with the most common setup of each list; what all courses agree on
already is locked, so that a push of the new catalog moves nobody's grades.
"""

from reconciler.adopting.adopt import Adopted, adopt
from reconciler.adopting.gather import Asked
from reconciler.adopting.saving import link_courses, proved, save

__all__ = ["Adopted", "Asked", "adopt", "link_courses", "proved", "save"]
