"""How a page of the documentation is read, so that its test misses nothing."""

from __future__ import annotations

import pytest

from tests import pages
from tests.pages import Change, Command, Setting, Write

PAGE = """<!-- from nothing -->
# A page

Some `code`, and text.

Write `a.yaml`:

```yaml
list:
```

Add to `a.yaml`:

```yaml
  - one
```

```yaml
shown: only
```

## Then

A long paragraph, and in it: In `a.yaml`, change `one` to
`two`. In `a.yaml`:

```diff
 list:
-  - two
+  - three
```

1. In a list:

   ```console
   $ export RECONCILE_AS_OF=2026-07-20
   $ reconcile plan a.yaml --calendar "Hill #1" \\
       --to-sections    # exit 4
   error: no
   ...
   $ sqlite3 -readonly state.db
   a row
   $ sh ci.sh
   ```

```
reconcile validate             # an aside
and something else
```
"""


@pytest.fixture
def page(tmp_path):
    made = tmp_path / "page.md"
    made.write_text(PAGE, encoding="utf-8")
    return made


def test_a_page_is_read_step_by_step(page):
    first, then = pages.sections(page)
    assert (first.heading, then.heading) == ("", "Then")
    assert first.steps == [
        Write("a.yaml", "list:\n", more=False),
        Write("a.yaml", "  - one\n", more=True),
    ]
    assert then.steps == [
        Change("a.yaml", "one", "two"),
        Change("a.yaml", "list:\n  - two\n", "list:\n  - three\n"),
        Setting("RECONCILE_AS_OF", "2026-07-20"),
        Command(
            ["reconcile", "plan", "a.yaml", "--calendar", "Hill #1", "--to-sections"], 4, ("error: no", "...")
        ),
        Command(["sh", "ci.sh"], 0, ()),
        Command(["reconcile", "validate"], 0, ()),
    ]


def test_its_files_are_written_and_changed(page, tmp_path):
    for section in pages.sections(page):
        for step in section.steps:
            if isinstance(step, Write | Change):
                step.do(tmp_path)
    assert (tmp_path / "a.yaml").read_text(encoding="utf-8") == "list:\n  - three\n"


@pytest.mark.parametrize("text", ["", "one\none\n"])
def test_a_line_that_is_changed_must_be_there_once(tmp_path, text):
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(AssertionError, match="times: one"):
        Change("a.yaml", "one", "two").do(tmp_path)


@pytest.mark.parametrize(
    ("shown", "missed"),
    [
        (["first", "...", "third"], []),
        (["Run ... of ada", "third"], []),
        (["third", "first"], ["first"]),
        (["first", "second"], ["second"]),
        (["Run 3"], ["Run 3"]),
        (["firs."], ["firs."]),
    ],
)
def test_what_is_shown_must_be_seen_in_its_order(shown, missed):
    assert pages.unseen(shown, "first\nRun 3 by the leave of ada\nthird\n") == missed


def test_marks_and_headings_are_found(page):
    assert pages.says(page, pages.FROM_NOTHING)
    assert not pages.says(page, pages.EACH_SECTION)
    assert pages.anchors(page) == {"a-page", "then"}


def test_a_state_on_a_server_is_put_on_one_of_the_tests(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "```console\n$ export RECONCILE_STATE=postgresql://db/state\n$ export OTHER=x\n$ reconcile plan\n```\n"
    )
    (only,) = pages.served(pages.sections(page), "postgresql:///mine")
    first, second, third = only.steps
    assert first == pages.Setting("RECONCILE_STATE", "postgresql:///mine")
    assert second == pages.Setting("OTHER", "x")
    assert third.words == ["reconcile", "plan"]
