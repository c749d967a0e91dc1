"""One school, one course, two sections: as YAML and as a native file."""

CATALOG = """\
catalog: High School
school_years: [2027]
schools: all
locks:
  course_info: {department: locked}
  grading_tasks: locked
  categories: locked
tasks: {Final: }
masters:
  - number: "0401"
    name: Algebra I
    department: Mathematics
    grading_tasks: [{task: Final, terms: [1, 2]}]
    categories:
      - {name: Homework, weight: 20, tasks: [Final]}
      - {name: Tests, weight: 80, tasks: [Final]}
"""
DISTRICT = {
    "district": "Harrison",
    "schools": [{"name": "Harrison High"}],
    "calendars": [
        {
            "name": "Harrison High 2026-27",
            "school": "Harrison High",
            "year": 2027,
            "terms": [
                {"name": "S1", "start": "2026-08-17", "end": "2026-12-18"},
                {"name": "S2", "start": "2027-01-05", "end": "2027-05-28"},
            ],
        },
        {"name": "Harrison High 2025-26", "school": "Harrison High", "year": 2026, "terms": []},
    ],
    "courses": [
        {
            "calendar": "Harrison High 2026-27",
            "number": "0401",
            "name": "Algebra I",
            "sections": [
                {
                    "number": "1",
                    "teacher": "Ada",
                    "setup": {"categories": [{"name": "Homework", "weight": "30"}]},
                    "uses": [
                        {"area": "categories", "key": "Homework", "assignments": 3, "scores": 40},
                    ],
                },
                {"number": "2", "teacher": "Ben", "setup": {}, "uses": []},
            ],
        }
    ],
}
BEFORE_SCHOOL = ("--as-of", "2026-07-01")
