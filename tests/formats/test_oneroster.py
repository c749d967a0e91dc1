"""OneRoster rosters: calendars, courses, sections, and what a bad row or a bad file does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.course import Area, Term
from reconciler.district import CalendarIn, SchoolIn
from reconciler.errors import DeltaRefused, SourceBroken
from reconciler.formats import oneroster
from tests.formats.roster_files import FILES, LEAD, info, reasons, section, write_package, zipped

if TYPE_CHECKING:
    from pathlib import Path


def test_a_package_becomes_a_district(tmp_path: Path):
    district = oneroster.read(write_package(tmp_path))
    terms = (
        Term("Q1", "2026-08-01", "2026-10-14"),
        Term("Q2", "2026-10-15", "2026-12-20"),
        Term("Q3", "2027-01-05", "2027-03-20"),
        Term("Q4", "2027-03-21", "2027-06-10"),
    )
    assert district.source == "OneRoster 1.2"
    assert district.schools == (SchoolIn("Harrison High", "hs"), SchoolIn("Harrison Middle", "ms"))
    assert district.calendars == (
        CalendarIn("Harrison High 2026-27", "Harrison High", 2027, terms),
        CalendarIn("Harrison Middle 2026-27", "Harrison Middle", 2027, terms),
    )
    assert [(one.calendar, one.number, one.source_id) for one in district.courses] == [
        ("Harrison High 2026-27", "0401", "c1"),
        ("Harrison High 2026-27", "0800", "c2"),
        ("Harrison Middle 2026-27", "0401", "c1"),
    ]
    assert district.complaints == ()
    assert district.read["lineItems"] == 4
    assert district.read["results"] == 3


def test_a_course_of_the_district_is_in_every_calendar_with_a_class_and_a_schools_own_in_its_own(
    tmp_path: Path,
):
    district = oneroster.read(write_package(tmp_path))
    found = {(one.calendar, one.number): [room.number for room in one.sections] for one in district.courses}
    assert found == {
        ("Harrison High 2026-27", "0401"): ["1", "2"],
        ("Harrison High 2026-27", "0800"): [],
        ("Harrison Middle 2026-27", "0401"): ["1"],
    }


def test_course_info_names_what_has_a_column_and_blank_cells_as_blank(tmp_path: Path):
    algebra, band, _ = oneroster.read(write_package(tmp_path)).courses
    assert info(algebra) == {
        "number": "0401", "name": "Algebra I", "grade_level": "09,10", "subject": "Math",
        "nces.subject_area": "02", "nces.course": "052",
    }  # fmt: skip
    assert info(band) == {
        "number": "0800", "name": "Band", "grade_level": None, "subject": None,
        "nces.subject_area": None, "nces.course": None,
    }  # fmt: skip


def test_a_field_without_a_column_is_not_named(tmp_path: Path):
    courses = LEAD + "schoolYearSourcedId,title,courseCode,orgSourcedId\nc1,,,y,Algebra I,0401,d\n"
    district = oneroster.read(write_package(tmp_path, courses=courses))
    assert info(district.courses[0]) == {"number": "0401", "name": "Algebra I"}
    assert Area.COURSE_INFO in district.partial


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("02052G1.0011", {"nces.level": "G", "nces.credit": "1", "nces.sequence": "11"}),
        ("02052H", {"nces.level": "H"}),
        ("02052", {}),
    ],
)
def test_a_long_sced_code_gives_level_credit_and_sequence(tmp_path: Path, code: str, fields: dict[str, str]):
    courses = FILES["courses"].replace("02052", code)
    found = info(oneroster.read(write_package(tmp_path, courses=courses)).courses[0])
    assert found["nces.subject_area"] == "02"
    named = {"nces.level", "nces.credit", "nces.sequence"}
    assert {name: value for name, value in found.items() if name in named} == fields


def test_a_code_that_is_no_sced_code_is_reported_and_says_nothing(tmp_path: Path):
    courses = FILES["courses"].replace("02052", "MATH")
    district = oneroster.read(write_package(tmp_path, courses=courses))
    assert "nces.course" not in info(district.courses[0])
    assert "courses.csv:2 has a subject code that is no SCED code: MATH" in reasons(district)


def test_sections_meet_in_the_terms_within_their_sessions(tmp_path: Path):
    district = oneroster.read(write_package(tmp_path))
    assert section(district, "1").terms == (1, 2, 3, 4)
    assert section(district, "2").terms == (3, 4)
    assert section(district, "1", "Harrison Middle 2026-27").terms == (1, 2, 3, 4)


def test_sessions_without_parents_are_told_by_their_dates(tmp_path: Path):
    sessions = FILES["academicSessions"].replace(",s1,2027", ",,2027").replace(",s2,2027", ",,2027")
    items = FILES["lineItems"] + "i5,,,Five,,,,k1,g1,q4,hs,0,10\n"
    district = oneroster.read(write_package(tmp_path, academicSessions=sessions, lineItems=items))
    assert [term.name for term in district.calendars[0].terms] == ["Q1", "Q2", "Q3", "Q4"]
    assert section(district, "2").terms == (3, 4)


def test_without_grading_periods_the_semesters_are_the_terms(tmp_path: Path):
    sessions = "".join(
        line for line in FILES["academicSessions"].splitlines(True) if "gradingPeriod" not in line
    )
    district = oneroster.read(write_package(tmp_path, academicSessions=sessions))
    assert [term.name for term in district.calendars[0].terms] == ["Fall", "Spring"]
    assert section(district, "1").terms == (1, 2)
    assert "lineItems.csv:2 names the unknown session q1" in reasons(district)


def test_a_school_year_is_told_by_the_parents_or_by_the_end(tmp_path: Path):
    sessions = FILES["academicSessions"].replace(",2027\n", ",\n")
    district = oneroster.read(write_package(tmp_path, academicSessions=sessions))
    assert {one.year for one in district.calendars} == {2027}


def test_sessions_in_a_circle_end(tmp_path: Path):
    sessions = FILES["academicSessions"].replace("2027-06-10,,2027", "2027-06-10,q1,2027")
    district = oneroster.read(write_package(tmp_path, academicSessions=sessions))
    assert len(district.calendars) == 2


def test_the_primary_teacher_is_named_and_no_student_ever(tmp_path: Path):
    district = oneroster.read(write_package(tmp_path))
    assert section(district, "1").teacher == "Pat Prime"
    assert section(district, "2").teacher is None
    for word in ("Secret", "Student", "p1", "p2"):
        assert word not in repr(district)


def test_two_classes_of_one_code_are_told_apart_whatever_their_order(tmp_path: Path):
    more = 'k4,,,Algebra,,c1,1,scheduled,,hs,"s1",,,\n'
    district = oneroster.read(write_package(tmp_path, classes="+" + more))
    assert [one.number for one in district.courses[0].sections] == ["1 (k1)", "1 (k4)", "2"]


def test_two_schools_of_one_name_have_two_calendars(tmp_path: Path):
    orgs = FILES["orgs"].replace("Harrison Middle", "Harrison High")
    district = oneroster.read(write_package(tmp_path, orgs=orgs))
    assert {one.name for one in district.calendars} == {
        "Harrison High (hs) 2026-27",
        "Harrison High (ms) 2026-27",
    }


def test_two_courses_of_one_code_are_told_apart_and_reported(tmp_path: Path):
    courses = FILES["courses"].replace("0800", "0401")
    district = oneroster.read(write_package(tmp_path, courses=courses))
    assert [one.number for one in district.courses] == ["0401 (c1)", "0401 (c2)", "0401"]
    assert info(district.courses[1])["number"] == "0401 (c2)"
    assert "courses.csv:3 shares its courseCode; it is called 0401 (c2)" in reasons(district)


@pytest.mark.parametrize(
    ("file", "row", "reason"),
    [
        ("classes", "k9,,,X,,c9,9,scheduled,,hs,s1,,,\n", "classes.csv:5 names the unknown course c9"),
        ("classes", "k9,,,X,,c1,9,scheduled,,zz,s1,,,\n", "classes.csv:5 names the unknown school zz"),
        ("classes", "k1,,,X,,c1,9,scheduled,,hs,s1,,,\n", "classes.csv:5 lists the class k1 again"),
        ("classes", "k9,,,X,,,9,scheduled,,hs,s1,,,\n", "classes.csv:5 has no courseSourcedId"),
        ("classes", "k9,,,X,,c1,9,scheduled,,hs,s1,,,,,\n", "classes.csv:5 has more cells than the header"),
        ("courses", "c1,,,y,Again,0401,,d,,\n", "courses.csv:4 lists the course c1 again"),
        (
            "courses",
            "c3,,,y,Latin,0900,,d,,\n",
            "courses.csv:4 has no class and no school, so it is in no calendar",
        ),
        ("courses", "c3,,,y,Latin,,,hs,,\n", "courses.csv:4 has no courseCode; its sourcedId stands for it"),
        ("courses", "c3,,,y,Latin,0900,,zz,,\n", "courses.csv:4 names the unknown org zz"),
        ("orgs", "hs,,,Again,school,,\n", "orgs.csv:5 lists the org hs again"),
        ("academicSessions", "q1,,,Q1,term,,,,2027\n", "academicSessions.csv:9 lists the session q1 again"),
        (
            "academicSessions",
            "q9,,,Q9,term,,,,next\n",
            "academicSessions.csv:9 has a school year that is no number",
        ),
        (
            "enrollments",
            "e9,,,k9,hs,t1,teacher,,,\n",
            "enrollments.csv:5 puts a teacher into an unknown class",
        ),
    ],
)
def test_a_bad_row_is_reported_with_its_place_and_the_rest_is_read(
    tmp_path: Path, file: str, row: str, reason: str
):
    district = oneroster.read(write_package(tmp_path, **{file: "+" + row}))
    assert reason in reasons(district)
    assert section(district, "1").teacher == "Pat Prime"


def test_a_class_in_no_known_year_takes_its_courses_or_is_reported(tmp_path: Path):
    classes = FILES["classes"].replace("hs,s2,", "hs,s9,")
    district = oneroster.read(write_package(tmp_path / "a", classes=classes))
    assert "classes.csv:3 names a term that is unknown or in no school year" in reasons(district)
    assert section(district, "2").terms == ()
    courses = FILES["courses"].replace("c1,,,y", "c1,,,")
    district = oneroster.read(write_package(tmp_path / "b", classes=classes, courses=courses))
    assert "classes.csv:3 meets in no school year that is known" in reasons(district)


def test_a_class_over_two_years_is_in_the_earlier_one(tmp_path: Path):
    sessions = "+z,,,Next,semester,2027-08-01,2027-12-20,,2028\n"
    classes = FILES["classes"].replace("hs,s2,", 'hs,"z,s2",')
    district = oneroster.read(write_package(tmp_path, academicSessions=sessions, classes=classes))
    assert section(district, "2").terms == (3, 4)
    assert "classes.csv:3 meets in several school years; the first one counts" in reasons(district)


def test_sessions_courses_and_schools_to_be_deleted_are_not_there(tmp_path: Path):
    changes = {
        "academicSessions": FILES["academicSessions"].replace("q4,,", "q4,tobedeleted,"),
        "courses": FILES["courses"].replace("c2,,", "c2,tobedeleted,"),
        "orgs": FILES["orgs"].replace("ms,,", "ms,tobedeleted,"),
    }
    district = oneroster.read(write_package(tmp_path, **changes))
    assert [term.name for term in district.calendars[0].terms] == ["Q1", "Q2", "Q3"]
    assert [one.number for one in district.courses] == ["0401"]
    assert [one.name for one in district.schools] == ["Harrison High"]
    assert reasons(district) == ["classes.csv:4 names the unknown school ms"]


def test_a_schools_own_course_of_no_year_is_in_all_its_calendars(tmp_path: Path):
    courses = FILES["courses"].replace("c2,,,y", "c2,,,")
    district = oneroster.read(write_package(tmp_path, courses=courses))
    assert ("Harrison High 2026-27", "0800") in {(one.calendar, one.number) for one in district.courses}


def test_sessions_of_no_known_type_make_no_terms(tmp_path: Path):
    sessions = FILES["academicSessions"]
    for kind in ("gradingPeriod", "semester", "schoolYear,2"):
        sessions = sessions.replace(kind, "other" + kind[10:])
    district = oneroster.read(write_package(tmp_path, academicSessions=sessions))
    assert district.calendars[0].terms == ()
    assert section(district, "1").terms == ()


def test_the_first_teacher_is_named_where_none_is_primary(tmp_path: Path):
    enrollments = FILES["enrollments"].replace("true", "false")
    district = oneroster.read(write_package(tmp_path, enrollments=enrollments))
    assert section(district, "1").teacher == "Ann Assist"


def test_a_row_to_be_deleted_is_not_there(tmp_path: Path):
    classes = FILES["classes"].replace("k2,,", "k2,tobedeleted,")
    district = oneroster.read(write_package(tmp_path, classes=classes))
    assert [one.number for one in district.courses[0].sections] == ["1"]


def test_complaints_of_one_kind_are_folded(tmp_path: Path):
    rows = "".join(f"x{n},,,X,,nix{n},9,scheduled,,hs,s1,,,\n" for n in range(150))
    district = oneroster.read(write_package(tmp_path, classes="+" + rows))
    assert len(district.complaints) == 101
    assert reasons(district)[-1] == "classes.csv 50 more rows: names the unknown course ..."


@pytest.mark.parametrize("name", ["orgs", "lineItems", "results", "enrollments", "categories"])
def test_a_delta_file_is_refused_with_the_way_out(tmp_path: Path, name: str):
    manifest = FILES["manifest"].replace(f"file.{name},bulk", f"file.{name},delta")
    with pytest.raises(DeltaRefused) as caught:
        oneroster.read(write_package(tmp_path, manifest=manifest))
    line = manifest.splitlines().index(f"file.{name},delta") + 1
    assert str(caught.value).startswith(f"manifest.csv:{line} says that {name}.csv")
    assert "as bulk" in caught.value.way_out


def test_a_delta_of_a_file_that_is_not_read_is_no_matter(tmp_path: Path):
    district = oneroster.read(write_package(tmp_path, manifest="+file.demographics,delta\n"))
    assert district.complaints == ()


@pytest.mark.parametrize("name", ["orgs", "academicSessions", "courses", "classes"])
def test_a_file_that_is_needed_must_be_there(tmp_path: Path, name: str):
    with pytest.raises(SourceBroken, match=rf"{name}\.csv can't be read: it is missing"):
        oneroster.read(write_package(tmp_path, **{name: None}))


def test_a_column_that_is_needed_must_be_there_and_close_ones_are_named(tmp_path: Path):
    classes = FILES["classes"].replace("courseSourcedId", "courseSourcedID")
    with pytest.raises(
        SourceBroken, match=r'classes\.csv:1 .*courseSourcedId \(did you mean "courseSourcedID"'
    ):
        oneroster.read(write_package(tmp_path, classes=classes))


def test_a_file_that_is_not_utf8_is_an_error_with_its_line(tmp_path: Path):
    write_package(tmp_path)
    (tmp_path / "users.csv").write_bytes(FILES["users"].encode().replace(b"Prime", b"Pr\xefme"))
    with pytest.raises(SourceBroken, match=r"users\.csv:3 can't be read: it is not UTF-8") as caught:
        oneroster.read(tmp_path)
    assert "Pr" not in str(caught.value)


def test_a_quote_that_never_ends_is_an_error_with_its_line(tmp_path: Path):
    with pytest.raises(SourceBroken, match=r"orgs\.csv:5 can't be read: it is no CSV"):
        oneroster.read(write_package(tmp_path, orgs='+x,,,"Open,school,,\ny,,,Y,school,,\n'))


def test_an_empty_file_lacks_its_columns(tmp_path: Path):
    with pytest.raises(SourceBroken, match=r"orgs\.csv:1 .*no column sourcedId"):
        oneroster.read(write_package(tmp_path, orgs=""))


def test_a_byte_order_mark_windows_lines_and_multi_line_cells_are_fine(tmp_path: Path):
    orgs = "\ufeff" + (FILES["orgs"] + '\nx,,,"Two\nlines",school,,\n').replace("\n", "\r\n")
    district = oneroster.read(write_package(tmp_path, orgs=orgs))
    assert {one.source_id for one in district.schools} == {"hs", "ms", "x"}


def test_the_zip_of_a_package_reads_the_same_with_or_without_a_folder_in_it(tmp_path: Path):
    folder = write_package(tmp_path / "p")
    plain = oneroster.read(folder)
    assert oneroster.read(zipped(folder, tmp_path / "a.zip")) == plain
    assert oneroster.read(zipped(folder, tmp_path / "b.zip", "export/")) == plain


def test_a_package_without_a_manifest_carries_what_it_has(tmp_path: Path):
    district = oneroster.read(write_package(tmp_path, manifest=None))
    assert district.evidence == {"assignments", "scores", "comments"}
    assert district.source == "OneRoster"


def test_a_file_that_is_absent_in_fact_and_by_the_manifest_is_no_matter(tmp_path: Path):
    manifest = FILES["manifest"].replace("file.users,bulk", "file.users,absent")
    assert oneroster.read(write_package(tmp_path, manifest=manifest, users=None)).complaints == ()


def test_the_manifest_decides_what_is_absent(tmp_path: Path):
    manifest = FILES["manifest"].replace("file.users,bulk", "file.users,absent")
    district = oneroster.read(write_package(tmp_path, manifest=manifest))
    assert section(district, "1").teacher is None
    assert any(one.endswith("says that users.csv is absent, so it was not read") for one in reasons(district))


@pytest.mark.parametrize("version", ["oneroster.version,3.0\n", "oneroster.versions,1.2\n"])
def test_a_version_that_is_not_known_is_reported_and_read(tmp_path: Path, version: str):
    manifest = FILES["manifest"].replace("oneroster.version,1.2\n", version)
    district = oneroster.read(write_package(tmp_path, manifest=manifest))
    assert len(district.courses) == 3
    assert [one.partition(" ")[2] for one in reasons(district)] == [
        "names no known OneRoster version; it is read as 1.1 and 1.2 are"
    ]


def test_a_course_of_nobody_lives_where_it_has_a_class(tmp_path: Path):
    courses = FILES["courses"].replace('"09,10",d,', '"09,10",,')
    district = oneroster.read(write_package(tmp_path, courses=courses))
    assert [one.number for one in district.courses] == ["0401", "0800", "0401"]
    assert district.complaints == ()


def test_the_order_of_rows_does_not_matter(tmp_path: Path):
    def turned(name: str) -> str:
        head, *rows = FILES[name].splitlines(keepends=True)
        return "".join([head, *reversed(rows)])

    changes = {name: turned(name) for name in ("orgs", "academicSessions", "courses", "classes", "results")}
    one = oneroster.read(write_package(tmp_path / "a"))
    other = oneroster.read(write_package(tmp_path / "b", **changes))
    assert other.calendars == one.calendars
    assert [(c.number, [(s.number, s.uses) for s in c.sections]) for c in other.courses] == [
        (c.number, [(s.number, s.uses) for s in c.sections]) for c in one.courses
    ]
