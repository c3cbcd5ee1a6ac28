"""Two health checks of a process that has just started need Alembic at the same time."""

import subprocess
import sys

CODE = """
import sys, threading
from dihya_migrations.library import load

class Watch:
    seen = set()
    def find_spec(self, name, path=None, target=None):
        if name.startswith(("alembic", "dihya_migrations")):
            self.seen.add(threading.get_ident())

sys.meta_path.insert(0, Watch())
ready, loaded = threading.Barrier(4), []

def one():
    ready.wait()
    load()
    loaded.append("alembic.operations.ops" in sys.modules and hasattr(sys.modules["alembic.operations.ops"], "ModifyTableOps"))

threads = [threading.Thread(target=one) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(len(Watch.seen), loaded)
"""


def test_one_thread_imports_it_and_the_others_wait():
    """Four threads ask for it at once: one imports all of it, and each of them has it whole afterwards."""
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1 [True, True, True, True]"
