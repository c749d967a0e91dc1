"""Single rules of the two hops that are easiest read as small stories."""

from reconciler.course import Area, Holding, Item, Part, Rename, Setup, Use, Used, item, setup
from reconciler.plan.cohorts import judge_whole
from reconciler.plan.outcome import Outcome
from reconciler.plan.rekey import due, fitting, keys_of, rekey
from reconciler.plan.wanted import Wanted

CATEGORIES, TASKS, CELLS = Area.CATEGORIES, Area.GRADING_TASKS, Area.GRADE_CALC_OPTIONS
ROWS, WEIGHTS, SITE = Area.COMPOSITE_GRADES, Area.COMPOSITE_WEIGHTS, Area.CROSS_SITE
ROW = "Final@2<Quarter@1"


def listed(area: Area, *keys: str, **fields: object) -> Setup:
    return setup(item(area, key, fields) for key in keys)


def _wanted(setups: dict[Area, Setup], *down: Area, **more: object) -> Wanted:
    values = {"overwrite": False, **more}
    return Wanted("c", "0401", active=True, setups=setups, down=frozenset(down), **values)  # type: ignore[arg-type]


def linked(area: Area, items: Setup) -> dict[tuple[Area, Part], Setup]:
    return {(area, Part.PUSHED): items, (area, Part.LINKED): items}


def own(area: Area, *items: Item) -> dict[tuple[Area, Part], Setup]:
    return {(area, Part.OWN): setup(items)}


def holding(*parts: dict[tuple[Area, Part], Setup]) -> Holding:
    changes: dict[tuple[Area, Part], Setup] = {}
    for part in parts:
        changes |= part
    return Holding().put(changes)


def course(wanted: Wanted, held: Holding, *used: Used | None) -> Outcome:
    return judge_whole(wanted, held, [(Holding(), one) for one in used])[0]


def verdict(outcome: Outcome, area: Area, key: str) -> tuple[str, str]:
    found = [one for one in outcome.verdicts if (one.area, one.key) == (area, key)]
    assert len(found) == 1
    return found[0].row, found[0].reason


class TestMissingTask:
    """L7."""

    def test_an_item_that_names_a_task_which_is_not_there_is_refused_alone(self) -> None:
        cells = listed(CELLS, "Final@1", "Quarter@1")
        done = course(_wanted({CELLS: cells}), holding(own(TASKS, item(TASKS, "Quarter", {}))))
        assert verdict(done, CELLS, "Final@1") == ("L7", "missing_task")
        assert [one.key for one in done.after.get(CELLS, Part.LINKED)] == ["Quarter@1"]
        assert not done.refused

    def test_what_was_pushed_of_it_stays(self) -> None:
        old = listed(CATEGORIES, "H", name="H", weight=10)
        new = listed(CATEGORIES, "H", name="H", weight=20, tasks=("Final",))
        done = course(_wanted({CATEGORIES: new}), holding(linked(CATEGORIES, old)))
        assert done.after.get(CATEGORIES, Part.PUSHED) == done.after.get(CATEGORIES, Part.LINKED) == old

    def test_an_own_category_of_its_name_is_not_deleted_for_it(self) -> None:
        new = listed(CATEGORIES, "H", name="H", tasks=("Final",))
        mine = holding(own(CATEGORIES, item(CATEGORIES, "course/H", {"name": "H", "weight": 5})))
        assert course(_wanted({CATEGORIES: new}, overwrite=True), mine).after == mine


class TestWeights:
    """L5."""

    def test_a_new_row_takes_the_weight_of_the_master_once(self) -> None:
        once = listed(WEIGHTS, ROW, weight=40)
        wanted = _wanted({ROWS: listed(ROWS, ROW)}, weights=once)
        tasks = own(TASKS, item(TASKS, "Final", {}), item(TASKS, "Quarter", {}))
        done = course(wanted, holding(tasks))
        assert done.after.get(WEIGHTS, Part.LINKED) == done.after.get(WEIGHTS, Part.PUSHED) == once
        later = _wanted({ROWS: listed(ROWS, ROW)}, weights=listed(WEIGHTS, ROW, weight=60))
        assert course(later, done.after).after == done.after

    def test_a_row_that_goes_takes_its_weight_along(self) -> None:
        both = holding(linked(ROWS, listed(ROWS, ROW)), linked(WEIGHTS, listed(WEIGHTS, ROW, weight=40)))
        assert course(_wanted({ROWS: setup(())}), both).after == Holding()
        assert course(_wanted({ROWS: setup(()), WEIGHTS: setup(())}), both).after == Holding()

    def test_a_weight_without_its_row_is_refused(self) -> None:
        done = course(_wanted({WEIGHTS: listed(WEIGHTS, ROW, weight=40)}), Holding())
        assert verdict(done, WEIGHTS, ROW) == ("L5", "missing_composite_row")
        assert done.after == Holding()


class TestNewKeys:
    """P12 and row 8."""

    def test_a_renamed_task_keeps_its_link_its_cells_and_its_uses(self) -> None:
        old = holding(linked(TASKS, listed(TASKS, "Q1")), linked(CELLS, listed(CELLS, "Q1@1")))
        wanted = _wanted(
            {TASKS: listed(TASKS, "Quarter"), CELLS: listed(CELLS, "Quarter@1")},
            renames=(Rename(TASKS, "Q1", "Quarter"),),
        )
        done = course(wanted, old, frozenset({Use(TASKS, "Q1", 1)}))
        assert [one.key for one in done.after.get(TASKS, Part.LINKED)] == ["Quarter"]
        assert [one.key for one in done.after.get(CELLS, Part.LINKED)] == ["Quarter@1"]
        assert done.rekeys == wanted.renames
        assert not [one for one in done.verdicts if one.writes]

    def test_a_rename_is_followed_once(self) -> None:
        rename = Rename(CATEGORIES, "H", "Homework")
        assert due((rename,), holding(linked(CATEGORIES, listed(CATEGORIES, "H")))) == (rename,)
        both = holding(linked(CATEGORIES, listed(CATEGORIES, "H", "Homework")))
        assert due((rename,), both) == due((rename,), Holding()) == ()

    def test_two_categories_of_a_section_never_become_one(self) -> None:
        rename = Rename(CATEGORIES, "course/Lab", "Lab")
        kept = item(CATEGORIES, "Lab", {"name": "Lab (1)"}, left=True, kept=True)
        section = holding(
            linked(CATEGORIES, listed(CATEGORIES, "course/Lab", name="Lab")), own(CATEGORIES, kept)
        )
        assert fitting((rename,), section) == ()
        wanted = _wanted({CATEGORIES: listed(CATEGORIES, "Lab", name="Lab")}, CATEGORIES)
        mine = holding(own(CATEGORIES, item(CATEGORIES, "course/Lab", {"name": "Lab"})))
        used = frozenset({Use(CATEGORIES, "course/Lab", 0), Use(CATEGORIES, "Lab", 0)})
        above, (below,) = judge_whole(wanted, mine, [(section, used)])
        assert above.rekeys == (rename,)
        assert below is not None
        assert below.rekeys == ()
        assert {one.key for one in below.after.here(CATEGORIES)} == {"Lab", "course/Lab"}

    def test_cells_that_meet_leave_one_of_each_key(self) -> None:
        held = holding(linked(CELLS, listed(CELLS, "Q1@1")), own(CELLS, item(CELLS, "Quarter@1", {})))
        after = rekey(held, keys_of((Rename(TASKS, "Q1", "Quarter"),)))
        assert [one.key for one in after.here(CELLS)] == ["Quarter@1"]
        assert after.get(CELLS, Part.PUSHED) == setup(())

    def test_a_renamed_task_stands_in_a_category_once(self) -> None:
        held = holding(linked(CATEGORIES, listed(CATEGORIES, "H", tasks=("Q1", "Quarter"))))
        after = rekey(held, keys_of((Rename(TASKS, "Q1", "Quarter"),)))
        assert after.get(CATEGORIES, Part.LINKED) == listed(CATEGORIES, "H", tasks=("Quarter",))


class TestResiduals:
    """R1-R7."""

    def test_a_kept_category_keeps_its_task_and_the_report_says_so(self) -> None:
        feeds = listed(CATEGORIES, "H", name="H", tasks=("Final",))
        held = holding(linked(TASKS, listed(TASKS, "Final")), linked(CATEGORIES, feeds))
        gone = _wanted({TASKS: setup(()), CATEGORIES: setup(())})
        done = course(gone, held, frozenset({Use(CATEGORIES, "H", 0)}))
        assert verdict(done, TASKS, "Final") == ("6", "referred_to")
        assert done.after.get(TASKS, Part.OWN) == setup([item(TASKS, "Final", {}, left=True, kept=True)])
        assert course(gone, done.after, frozenset()).after == Holding()

    def test_unread_uses_keep_tasks_and_categories_but_no_cells(self) -> None:
        held = holding(linked(TASKS, listed(TASKS, "Final")), linked(CELLS, listed(CELLS, "Final@1")))
        done = course(_wanted({TASKS: setup(()), CELLS: setup(())}), held, None)
        assert [one.kept for one in done.after.get(TASKS, Part.OWN)] == [True]
        assert done.after.here(CELLS) == ()

    def test_a_cross_site_field_that_the_master_does_not_name_stays_at_sections(self) -> None:
        fields = linked(SITE, listed(SITE, "room", value="12"))
        wanted = _wanted({SITE: listed(SITE, "site", value="A")}, SITE)
        _, (below,) = judge_whole(wanted, holding(fields), [(holding(fields), frozenset())])
        assert below is not None
        assert {one.key for one in below.after.get(SITE, Part.LINKED)} == {"room", "site"}


class TestPendingCalculation:
    """R2: cells of a residual, where the push does not write them."""

    FINAL = listed(TASKS, "Final", terms=(1,))
    USED: Used = frozenset([Use(TASKS, "Final", 1)])

    def outcomes(self, *down: Area) -> tuple[Outcome, Outcome | None]:
        wanted = _wanted(
            {TASKS: Setup(), CATEGORIES: Setup()} | {area: Setup() for area in down}, CATEGORIES, *down
        )
        cells = listed(CELLS, "Final@1", calculation="in_progress")
        section = holding(linked(CELLS, cells))
        done, (below,) = judge_whole(wanted, holding(linked(TASKS, self.FINAL)), [(section, self.USED)])
        return done, below

    def test_a_cell_that_is_not_written_is_pending_at_its_section(self) -> None:
        done, below = self.outcomes()
        assert verdict(done, TASKS, "Final")[1] == "residual"
        assert below is not None
        assert verdict(below, CELLS, "Final@1") == ("R2", "no_calculation_pending")
        assert below.after == below.before

    def test_a_cell_that_is_written_goes(self) -> None:
        _, below = self.outcomes(CELLS)
        assert below is not None
        assert verdict(below, CELLS, "Final@1")[1] == "no_calculation"
        assert not below.after.get(CELLS, Part.LINKED)
