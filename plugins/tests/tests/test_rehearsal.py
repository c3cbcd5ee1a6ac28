"""A plugin's migrations, rehearsed: up, compared, down, and up again; seen as lines of a proof."""

from __future__ import annotations

import pytest
from dihya_tests import titles
from dihya_tests.prover import SandboxProver
from dihya_tests.settings import Settings

MODELS, MIGRATION = "src/dihya_petit/models.py", "src/dihya_petit/migrations/0001_initial.py"
COLOUR = '    colour: Mapped[str] = impersonal("its colour", String(20), default="blue")\n'


@pytest.mark.parametrize(
    ("path", "old", "new", "said"),
    [
        (MODELS, "String(80))\n", f"String(80))\n{COLOUR}", "add column petit_things.colour"),
        (MIGRATION, '        sa.Column("name", sa.String(80), nullable=False),\n', "", "add column petit_things.name"),
        (MIGRATION, "sa.String(80), nullable=False", "sa.String(80), nullable=True", "petit_things.name from True to False"),
        (MIGRATION, 'op.drop_table("petit_things")', "pass", "going back leaves petit_things"),
        (MIGRATION, 'op.drop_table("petit_things")', 'raise ValueError("no way back")', "no way back"),
        (MIGRATION, "op.create_table(", 'raise ValueError("not today")\n    op.create_table(', "not today"),
        (MIGRATION, '"petit_things",', '"petit_other",', "add table petit_things"),
    ],
)  # fmt: skip
def test_each_flaw_of_the_migrations_is_named(petit, sign, folder, path: str, old: str, new: str, said: str) -> None:
    """Whatever keeps the migrations from making the models' tables fails the proof, with table and column."""
    assert old in petit[path]
    root = folder(sign(petit | {path: petit[path].replace(old, new)}))
    [line] = [line for line in SandboxProver(Settings()).prove(root) if line.name == titles.MIGRATIONS]
    assert not line.passed and said in line.detail, line.detail
