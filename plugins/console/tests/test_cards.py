"""Rows that say in each cell what column it is of."""

from __future__ import annotations

from dihya_console.cards import labelled
from dihya_hookspecs.ui import Head
from markupsafe import Markup

HEADS = [Head("Name"), Head('Fee "due"', "number"), Head("Actions", "hidden")]


def test_each_cell_has_the_label_of_its_column() -> None:
    """In every row anew, escaped, beside the attributes that it has."""
    row = Markup('<tr><th scope="row">Tin</th><td class="number">5</td><td><a href="/x">Open</a></td></tr>')
    said = labelled(row + row, HEADS)
    assert said.count('<th scope="row" role="rowheader" data-label="Name">Tin</th>') == 2
    assert said.count('<td class="number" role="cell" data-label="Fee &#34;due&#34;">5</td>') == 2
    assert said.count('<td role="cell"><a href="/x">Open</a></td>') == 2
    assert said.count('<tr role="row">') == 2


def test_a_cell_across_columns_has_no_label_and_the_next_one_its_own() -> None:
    """A cell that has no head has none either."""
    said = labelled(
        Markup('<tr><td colspan="2">all</td><td>x</td><td>y</td></tr><tr><td>a</td></tr>'), [*HEADS[:2], Head("Last")]
    )
    assert '<td colspan="2" role="cell">all</td>' in said and '<td role="cell" data-label="Last">x</td>' in said
    assert '<td role="cell">y</td>' in said and '<td role="cell" data-label="Name">a</td>' in said


def test_what_is_no_cell_stays_as_it_is() -> None:
    """Values keep their escaping, and other elements their attributes."""
    said = labelled(Markup("<tr><td>{}</td></tr>").format("<td>"), HEADS)
    assert said == '<tr role="row"><td role="cell" data-label="Name">&lt;td&gt;</td></tr>'
    assert labelled(Markup("<track kind=x><thead>"), HEADS) == "<track kind=x><thead>"
