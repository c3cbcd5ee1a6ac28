"""What fails beside an act leaves nothing in the database, and the act goes on."""

import pytest
from dihya_core.data.savepoints import isolated
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

WRONG = text("SELECT nothing FROM nowhere_at_all")


@pytest.fixture
def app(make_app):
    return make_app("logs")


def test_a_statement_that_fails_does_not_end_the_transaction(app):
    """What the act did before stays, and it goes on; PostgreSQL would refuse every statement after the one that failed."""
    with app.act("look") as act:
        act.session.execute(text("CREATE TEMPORARY TABLE kept (number INTEGER)"))
        act.session.execute(text("INSERT INTO kept VALUES (1)"))
        with pytest.raises(DatabaseError), isolated():
            act.session.execute(text("INSERT INTO kept VALUES (2)"))
            act.session.execute(WRONG)
        assert act.session.scalars(text("SELECT number FROM kept")).all() == [1]
        act.undo()


def test_a_block_that_opens_the_session_itself_closes_what_it_broke(app):
    """The next statement of the act is answered."""
    with app.act("look") as act:
        with pytest.raises(DatabaseError), isolated():
            act.session.execute(WRONG)
        assert act.session.scalar(text("SELECT 1")) == 1


def test_an_act_without_a_session_runs_the_block_as_it_is(app):
    """In an act without a session, and outside of any act, the block runs as it is."""
    with app.flask.acts.open("wait", session=False), pytest.raises(ValueError), isolated():
        raise ValueError
    with pytest.raises(ValueError), isolated():
        raise ValueError
