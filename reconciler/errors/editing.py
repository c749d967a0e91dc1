"""This room is what may stand in the way of an edit below, or of a record of uses."""

from __future__ import annotations

from reconciler.errors.root import REFUSED, USAGE, ReconcilerError


class ItemLocked(ReconcilerError):
    """`{address}` is locked: {why}."""

    remedy = "{how}"
    exit_code = REFUSED


class ItemUsed(ReconcilerError):
    """`{address}` is used, so it can't be removed: {counts}."""

    remedy = "Move that to another item with `reconcile use SECTION#area/key --realign KEY`, then try again."
    exit_code = REFUSED


class ItemNamed(ReconcilerError):
    """`{address}` can't be removed: it is named by {by}."""

    remedy = "Take it out of these first."
    exit_code = REFUSED


class FieldUsed(ReconcilerError):
    """`{address}`: {fields} can't change so: {counts} would be stranded."""

    remedy = "Keep what is used, or realign it first with `reconcile use SECTION#area/key --realign KEY`."
    exit_code = REFUSED


class NoCalculation(ReconcilerError):
    """`{address}` can't be set at a section: {why}, so it has no calculation."""

    remedy = "Set it at the course and push it to its sections, or realign the grades to another task."
    exit_code = REFUSED


class NameTaken(ReconcilerError):
    """`{address}`: the name "{name}" is taken here."""

    remedy = "Names are unique in a list; choose another one."
    exit_code = REFUSED


class ItemThere(ReconcilerError):
    """`{address}` is there already."""

    remedy = "Change it with --set, without --add."
    exit_code = REFUSED


class MustStay(ReconcilerError):
    """`{address}` can't be removed: {why}."""

    remedy = "Change it with --set."
    exit_code = REFUSED


class LocksUnknown(ReconcilerError):
    """{course} follows {catalog}/{master}, and no such catalog was named, so its locks are not known."""

    remedy = "Name the catalog with `--catalog PATH`, or list it in reconcile.yaml under catalogs:."
    exit_code = USAGE


class ValueWrong(ReconcilerError):
    """`{address}`: {what}."""

    remedy = "{how}"
    exit_code = USAGE


class FieldUnknown(ReconcilerError):
    """{what} has no field "{name}"{hint}."""

    remedy = "It has these: {known}."
    exit_code = USAGE


class AreaElsewhere(ReconcilerError):
    """`{address}`: {what}."""

    remedy = "Leave out the section: NUMBER@CALENDAR#area/key."
    exit_code = USAGE


class ReferenceMissing(ReconcilerError):
    """`{address}` names the {what} "{name}", which {course} does not have{hint}."""

    remedy = "Add it at the course first, or name one that is there."
    exit_code = USAGE


class UsesUnread(ReconcilerError):
    """The uses of {section} were never read: everything in it counts as used."""

    remedy = "Import a source that carries its results; nothing can be recorded on top of what is not known."
    exit_code = REFUSED


class CountsShort(ReconcilerError):
    """`{address}` has {there}{term}; {asked} can't be taken away."""

    remedy = "`--delete` without numbers takes away all that is there; --term says in which term."
    exit_code = REFUSED


class NothingRecorded(ReconcilerError):
    """`{address}` has no uses{term}."""

    remedy = "There is nothing to move or to delete; --term says in which term it is looked for."
    exit_code = REFUSED
