"""This room tells a report as one HTML page of its own: readable, printable, without anything from elsewhere.

Every value is escaped by jinja2. The table has a caption, its headings a scope; what rows share is the
heading of their own part of the table.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, StrictUndefined, Template

from reconciler.reports.voices.words import facts, filled, groups, numeric, said

if TYPE_CHECKING:
    from reconciler.reports.model import Report

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{{ report.title }}</title>
<style>
:root { color-scheme: light dark; }
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 90rem; padding: 0 1rem; }
h1 { font-size: 1.4rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; }
dt { font-weight: 600; }
dd { margin: 0; overflow-wrap: anywhere; }
.rows { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: .4rem 0; font-weight: 600; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #8886; }
thead th { border-bottom: 2px solid currentColor; }
tbody th { padding-top: 1rem; }
.number { text-align: right; }
@media print {
 body { margin: 0; max-width: none; font-size: 10px; }
 .rows { overflow: visible; }
 thead { display: table-header-group; }
 tr { break-inside: avoid; }
}
</style>
</head>
<body>
<main>
<h1>{{ report.title }}</h1>
{%- if facts %}
<dl>
{%- for title, text in facts %}
<dt>{{ title }}</dt><dd>{{ text }}</dd>
{%- endfor %}
</dl>
{%- endif %}
{%- if report.rows %}
<div class="rows">
<table>
<caption>{{ report.title }}: {{ "{:,}".format(report.rows | length) }} \
{{ "row" if report.rows | length == 1 else "rows" }}</caption>
<thead>
<tr>
{%- for column in columns %}
<th scope="col"{% if column.number %} class="number"{% endif %}>{{ column.title }}</th>
{%- endfor %}
</tr>
</thead>
{%- for head, rows in groups %}
<tbody>
{%- if head %}
<tr><th scope="rowgroup" colspan="{{ columns | length }}">{{ head }}</th></tr>
{%- endif %}
{%- for row in rows %}
<tr>
{%- for column in columns %}
<td{% if column.number %} class="number"{% endif %}>{{ said(row[column.place]) }}</td>
{%- endfor %}
</tr>
{%- endfor %}
</tbody>
{%- endfor %}
</table>
</div>
{%- else %}
<p>{{ report.nothing }}</p>
{%- endif %}
{%- for note in report.notes %}
<p>{{ said(note) }}</p>
{%- endfor %}
</main>
</body>
</html>
"""


def speak(report: Report) -> str:
    """The report as a page."""
    columns = [
        {"place": place, "title": report.columns[place].title, "number": numeric(report, place)}
        for place in filled(report)
    ]
    return _page().render(
        report=report, facts=facts(report), columns=columns, groups=groups(report), said=said
    )


@cache
def _page() -> Template:
    surroundings = Environment(autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True)
    return surroundings.from_string(_PAGE)
