"""What was given of a plugin that is gone."""

from dihya_hookspecs.access import OPERATOR
from dihya_hookspecs.acts import current
from dihya_securite.models import ApiKey
from dihya_securite.service import Directory


def test_roles_and_scopes_of_a_purged_plugin_are_taken_away(make_app):
    """From people and from keys; a plugin whose name begins alike keeps its own (``on_purge``)."""
    app = make_app("securite", config={"securite": {"argon2_time": 1, "argon2_memory": 64}})
    with app.act(actor=OPERATOR) as act:
        person, _ = act.get(Directory).create(
            OPERATOR, "tin@example.org", "Tin", ["user"], "canari orange sous la pluie"
        )
        person.roles = ["user", "club:secretary", "club_x:member"]
        moment = person.created_at
        act.session.add(
            ApiKey(
                person_id=person.id,
                title="t",
                prefix="p",
                digest="d",
                scopes=["club:read", "audit:read"],
                expires_at=moment,
            )
        )
        id = person.id
    with app.act(actor=OPERATOR):
        app.hooks.call("on_purge", plugin="club")
    with app.act() as act:
        assert act.get(Directory).get(str(id)).roles == ["user", "club_x:member"]
        assert [key.scopes for key in current().session.query(ApiKey)] == [["audit:read"]]
