"""This room edits below: what schools and teachers do in their own tools, refused where locked or used.

`Editor` is the way in, also for programs that embed a store (docs/editing.md).
"""

from reconciler.editing.editor import Editor
from reconciler.editing.results import Edited, Marked, Used

__all__ = ["Edited", "Editor", "Marked", "Used"]
