"""This room tells a story as plain text: first the answer, then the reasons, a paragraph each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.course import Area
from reconciler.keep.evidence import EVIDENCED
from reconciler.keep.names import name_of
from reconciler.plan.reasons import ALL
from reconciler.plan.words import KINDS, item_text, many, plain
from reconciler.reports.history import local
from reconciler.reports.page import SHORT, WIDTH, Page, series
from reconciler.story.locks import FOLLOWS
from reconciler.story.locks import WHY as LOCKED_WHY
from reconciler.story.model import ABSENT, AWAITING, DELETED, LOCAL, RESIDUAL, HostStory, ItemStory
from reconciler.story.past import same
from reconciler.story.scene import WHY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.course import Counts, Item, Origin
    from reconciler.current import Run
    from reconciler.story.model import Layer, Step

_COUNTED = (
    ("assignments", "assignment", ""),
    ("scores", "score", ""),
    ("posted", "posted grade", ""),
    ("comments", "comment", ""),
)
_DOES = {
    "created": "makes it",
    "updated": "changes it",
    "deleted": "removes it",
    "put_back": "puts it back",
    "taken_over": "takes the field over",
    "relinked": "links it again",
    "replaced": "replaces it",
    "renamed": "renames it",
    "linked": "links it as it is",
    "released": "gives it back to the school",
    "no_calculation": "takes its calculation away",
    "reference_gone": "takes a reference out of it",
    "in_sync": "changes nothing: it is as it is wanted",
    "local": "leaves it alone: it was made below",
}
"""What a push does with an item, by the reason of its verdict; it keeps whatever is not here."""
COLUMN = 9
"""How wide the words before the paragraphs are."""


def render(told: ItemStory | HostStory, *, verbose: bool = False, width: int = WIDTH) -> str:
    """The story as plain text; `verbose` folds nothing."""
    page = Page(width, verbose=verbose)
    if isinstance(told, ItemStory):
        _item(page, told)
    else:
        _host(page, told)
    return page.text()


def _says(page: Page, head: str, text: str) -> None:
    page.say(f"{head:<{COLUMN}}{text}", indent=2, hang=COLUMN)


def _item(page: Page, told: ItemStory) -> None:
    drift = " (drift)" if told.drifted and told.state != DELETED else ""
    page.say(f"{_named(told)}: {told.state}{drift}.", hang=0)
    page.say(told.address, hang=0)
    page.gap()
    for head, text in _values(told):
        _says(page, head, text)
    page.gap()
    for head, text in _reasons(told):
        _says(page, head, text)
    page.gap()
    for text in _next(told):
        _says(page, "Next", text)


def _named(told: ItemStory) -> str:
    kind = KINDS[told.area]
    kind = "field" if told.area is Area.COURSE_INFO else kind
    return f"{kind[0].upper()}{kind[1:]} {told.label}"


def _values(told: ItemStory) -> Iterator[tuple[str, str]]:
    if told.inherited is not None:
        yield "Now", f"nothing of its own; the course's counts: {_value(told, told.inherited)}"
    else:
        yield "Now", _value(told, told.now) if told.now else "nothing"
    if told.pushed is None:
        yield "Pushed", "never" if told.state in (AWAITING, ABSENT, LOCAL) else "no longer"
    else:
        yield "Pushed", "the same" if same(told.pushed, told.now) else _value(told, told.pushed)
    yield "Desired", _desired(told)


def _value(told: ItemStory, one: Item) -> str:
    """An item in words; a category with its name, where that is not its key."""
    text = item_text(told.area, one)
    if told.area is Area.CATEGORIES and plain(name_of(one)) != told.label:
        text = f"name {plain(name_of(one))}; {text}"
    return text or "there"


def _desired(told: ItemStory) -> str:
    wish = told.desired
    if not wish.known:
        return f"unknown: {WHY[wish.why]}; name it behind the address"
    if wish.why:
        return f"nothing: {WHY[wish.why]}"
    if wish.item is None:
        return f"nothing: the {'course does not give' if told.on_section else 'master does not list'} it"
    return "the same" if same(wish.item, told.now) else _value(told, wish.item)


def _reasons(told: ItemStory) -> Iterator[tuple[str, str]]:
    yield "Decided", _decided(told)
    yield "Lock", _lock(told)
    if told.pushed is not None:
        came = f"as it is by {run_text(told.pushed_by)}" if told.pushed_by else "by no run of the journal"
        yield "Brought", came
    if told.drifted:
        by = f"by {run_text(told.changed_by)}" if told.changed_by else "below, and seen by an import"
        yield "Changed", by
    if told.since is not None:
        yield "Residual", f"since {run_text(told.since)}"
    yield "Uses", _uses(told)


def _decided(told: ItemStory) -> str:
    layer = told.layer
    if layer.name == "unknown":
        return "by nobody: it is not there, and nothing above wants it"
    text = {"course": "by its course" if told.on_section else "by the school, at the course"}.get(layer.name)
    text = text or {"teacher": "by the teacher, at the section"}.get(layer.name) or _master(told, layer)
    if layer.through:
        text += ", by way of its course" if layer.name != "course" else ""
    if layer.earlier:
        text += "; pushed before, and no longer said there"
    return text


def _master(told: ItemStory, layer: Layer) -> str:
    master = (
        f'master {plain(told.master)} of "{plain(told.catalog)}"' if told.master else "its master of then"
    )
    text = master if layer.name == "master" else f"the named {plain(layer.name)}, which {master} uses"
    return f"by {text}" + (f" ({place(layer.origin)})" if layer.origin else "")


def place(origin: Origin) -> str:
    """`catalog.yaml:14`."""
    return f"{origin.file}:{origin.line}" if origin.line else origin.file


def _lock(told: ItemStory) -> str:
    """The lock and why it holds, or why none does."""
    lock = told.lock
    if lock.holds is None:
        return f"unknown: {LOCKED_WHY[lock.why]}"
    return f"{'holds' if lock.holds else 'none holds'}: {LOCKED_WHY[lock.why]}"


def run_text(run: Run) -> str:
    """`run 3 (apply) of Ada, 2026-08-01 06:00 UTC, commit 1a2b3c, "new weights"`."""
    text = f"run {run.id} ({run.kind}) of {plain(run.who)}, {local(run.started)}"
    text += f", commit {run.revision}" if run.revision else ""
    return text + (f', "{plain(run.message)}"' if run.message else "")


def _uses(told: ItemStory) -> str:
    if told.area not in EVIDENCED:
        return "it has no evidence of its own; assignments and grades point at other things"
    terms = [_term(one.term) + counts_text(one.counts) for one in told.uses]
    text = "; ".join(terms) or "none"
    if told.unread:
        text += f"; {many(told.unread, 'section')} whose uses were never read count as used"
    return text


def _term(term: int) -> str:
    return f"term {term}: " if term else ""


def counts_text(counts: Counts) -> str:
    """`3 assignments and 40 scores`."""
    told = counts._asdict()
    return series(many(told[name], one, more) for name, one, more in _COUNTED if told[name]) or "none"


def _next(told: ItemStory) -> Iterator[str]:
    if not told.steps:
        wish = told.desired
        why = f": {WHY[wish.why]}" if wish.why else ""
        yield "nothing known, without the catalog" if not wish.known else f"no push carries it{why}"
    for one in told.steps:
        yield _step(told, one)


def _step(told: ItemStory, one: Step) -> str:
    push = f"a push from {one.push}"
    if one.action == "refuse":
        does = "fails for the course" if one.reason in ("desynced", "term_out_of_range") else "refuses it"
    else:
        does = _DOES.get(one.reason, "keeps it as it is")
    reason = ALL.get(one.reason)
    text = f"{push} {does}" + (f" ({one.reason}): {reason.says}" if reason else "")
    if one.held:
        text += f"; it keeps its {series(one.held)}"
    if one.by:
        text += f"; it is named by {series(one.by)}"
    if one.reason in ("created", "updated", "put_back", "taken_over", "renamed") and one.after:
        text += f". It becomes: {_value(told, one.after)}"
    return text + (f". {reason.do}" if reason and reason.do else "")


def _host(page: Page, told: HostStory) -> None:
    what = f"{told.area}: " if told.area else ""
    page.say(f"{what}{told.title}{f', {told.teacher}' if told.teacher else ''}", hang=0)
    page.say(told.address, hang=0)
    page.gap()
    for head, text in _facts(told):
        _says(page, head, text)
    _areas(page, told)
    _listed(page, told)


def _facts(told: HostStory) -> Iterator[tuple[str, str]]:
    yield "Where", told.where
    why = FOLLOWS[told.why]
    yield "State", f"{told.state}: {why}" if told.state and told.why else told.state or f"unknown: {why}"
    if told.master:
        name = f" {told.master_name}" if told.master_name else ""
        at = f" ({place(told.origin)})" if told.origin else ""
        yield "Master", f'{told.master}{name} of "{told.catalog}"{at}'
    if not told.is_section:
        yield "Below", many(told.sections, "section")
    if told.unread:
        yield "Uses", f"never read in {many(told.unread, 'section')}, which counts as used"
    yield "Run", f"last written by {run_text(told.last_run)}" if told.last_run else "never written by a push"
    yield "Next", _outlook(told)


def _outlook(told: HostStory) -> str:
    """What the next pushes do with the whole course or section."""
    if told.refused:
        reason = ALL[told.refused]
        return f"a push from masters fails for the course ({told.refused}): {reason.says}. {reason.do}"
    parts = []
    for push in ("masters", "courses"):
        counts = [f"{count} {reason}" for (by, reason), count in told.next.items() if by == push]
        parts += [f"a push from {push}: {series(counts)}"] if counts else []
    if told.why == "catalog_unknown":
        parts.insert(0, "nobody knows what a push from masters does, without the catalog")
    return "; ".join(parts) or "a push changes nothing"


def _areas(page: Page, told: HostStory) -> None:
    if told.area is not None:
        return
    page.title("What is there")
    for one in told.areas:
        if one.states or one.lock not in ("", "unlocked"):
            counts = series(f"{count} {state}" for state, count in one.states) or "nothing"
            lock = f" [{one.lock}]" if one.lock else ""
            more = [f"{n} {word}" for n, word in ((one.drifted, "drifted"), (one.awaiting, "awaiting")) if n]
            page.say(f"{one.area}{lock}: {counts}" + (f"; {series(more)}" if more else ""), indent=2)


def _listed(page: Page, told: HostStory) -> None:
    """In a list every item; else what is not at rest: drift, what waits, residuals."""
    chosen = [one for one in told.items if told.area or one.drifted or one.awaiting or one.state == RESIDUAL]
    page.title("Items" if told.area else "What is not at rest")
    shown = chosen if page.verbose or told.area else chosen[:SHORT]
    for one in shown:
        page.say(_line(one, named=told.area is None), indent=2)
    page.fold(len(chosen) - len(shown), "item")
    if not chosen:
        page.say("Nothing.", indent=2)


def _line(one: ItemStory, *, named: bool) -> str:
    kind = f" ({KINDS[one.area]})" if named else ""
    text = f"{one.label}{kind}: {one.state}"
    now = _value(one, one.now) if one.now else "nothing there"
    if one.drifted and one.pushed is not None:
        return f"{text}; pushed {_value(one, one.pushed)}, now {now}"
    if one.awaiting:
        wanted = _value(one, one.desired.item) if one.desired.item else "gone"
        return f"{text}; now {now}, desired {wanted}"
    return f"{text}; {now}"
