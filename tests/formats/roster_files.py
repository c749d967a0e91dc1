"""A small OneRoster package: two schools, two courses of the district, three classes, one gradebook."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.district import CourseIn, District

NAMES = (
    "orgs",
    "academicSessions",
    "courses",
    "classes",
    "enrollments",
    "users",
    "categories",
    "lineItems",
    "results",
)
LEAD = "sourcedId,status,dateLastModified,"

FILES = {
    "manifest": "propertyName,value\nmanifest.version,1.0\noneroster.version,1.2\n"
    + "".join(f"file.{name},bulk\n" for name in NAMES),
    "orgs": LEAD + "name,type,identifier,parentSourcedId\n"
    "d,,,Harrison Unified,district,,\nhs,,,Harrison High,school,,d\nms,,,Harrison Middle,school,,d\n",
    "academicSessions": LEAD + "title,type,startDate,endDate,parentSourcedId,schoolYear\n"
    "y,,,Year,schoolYear,2026-08-01,2027-06-10,,2027\n"
    "s1,,,Fall,semester,2026-08-01,2026-12-20,y,2027\n"
    "s2,,,Spring,semester,2027-01-05,2027-06-10,y,2027\n"
    "q2,,,Q2,gradingPeriod,2026-10-15,2026-12-20,s1,2027\n"
    "q1,,,Q1,gradingPeriod,2026-08-01,2026-10-14,s1,2027\n"
    "q3,,,Q3,gradingPeriod,2027-01-05,2027-03-20,s2,2027\n"
    "q4,,,Q4,gradingPeriod,2027-03-21,2027-06-10,s2,2027\n",
    "courses": LEAD + "schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes\n"
    'c1,,,y,Algebra I,0401,"09,10",d,Math,02052\n'
    "c2,,,y,Band,0800,,hs,,\n",
    "classes": LEAD + "title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,"
    "termSourcedIds,subjects,subjectCodes,periods\n"
    'k1,,,Algebra,,c1,1,scheduled,,hs,"s1,s2",,,\n'
    "k2,,,Algebra,,c1,2,scheduled,,hs,s2,,,\n"
    "k3,,,Algebra,,c1,1,scheduled,,ms,y,,,\n",
    "enrollments": LEAD + "classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate\n"
    "e1,,,k1,hs,t1,teacher,false,,\ne2,,,k1,hs,t2,teacher,true,,\ne3,,,k1,hs,p1,student,,,\n",
    "users": LEAD + "enabledUser,username,userIds,givenName,familyName\n"
    "t1,,,true,a,,Ann,Assist\nt2,,,true,b,,Pat,Prime\np1,,,true,c,,Secret,Student\n",
    "categories": LEAD + "title,weight\ng1,,,Homework,20.0\ng2,,,Tests,80\n",
    "lineItems": LEAD + "title,description,assignDate,dueDate,classSourcedId,categorySourcedId,"
    "academicSessionSourcedId,schoolSourcedId,resultValueMin,resultValueMax\n"
    "i1,,,One,,,,k1,g1,q1,hs,0,10\ni2,,,Two,,,,k1,g1,q2,hs,0,10\n"
    "i3,,,Test,,,,k1,g2,q1,hs,0,100\ni4,,,Later,,,,k2,g1,q3,hs,0,10\n",
    "results": LEAD
    + "lineItemSourcedId,studentSourcedId,scoreStatus,score,textScore,scoreDate,comment,late,missing,"
    "incomplete\n"
    "r1,,,i1,p1,fully graded,7,,,,,,\nr2,,,i1,p2,fully graded,0,,,,,,\nr3,,,i3,p1,not submitted,,,,,,,\n",
}


def write_package(folder: Path, **changes: str | None) -> Path:
    """Write the package; a change replaces a file, adds to it (`+...`), or leaves it out (None)."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (FILES | changes).items():
        if text is not None:
            whole = FILES[name] + text[1:] if text.startswith("+") else text
            (folder / f"{name}.csv").write_text(whole, encoding="utf-8", newline="")
    return folder


def zipped(folder: Path, target: Path, prefix: str = "") -> Path:
    """The folder's files as a zip."""
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, prefix + file.name)
    return target


def section(district: District, number: str, calendar: str = "Harrison High 2026-27"):
    """One section of Algebra I."""
    course = next(one for one in district.courses if one.calendar == calendar and one.number == "0401")
    return next(one for one in course.sections if one.number == number)


def info(course: CourseIn):
    """The course info of a course, as a mapping."""
    return {
        one.key: one.fields["value"]
        for area, items in course.areas.items()
        if area == "course_info"
        for one in items
    }


def reasons(district: District):
    """All complaints as texts: `file:line reason`."""
    return [f"{one.place} {one.reason}" for one in district.complaints]
