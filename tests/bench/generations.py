"""How long it takes from a sentence to a proven plugin: twenty sentences, one after the other, in one installation."""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from .generation import dihya

SENTENCES = (
    "Une école de musique suit ses élèves, leurs notes et leurs absences, et prête des instruments",
    "A bicycle repair shop with customers, repairs and invoices",
    "Gérer les adhérents et les cotisations d'un club d'échecs",
    "Our library lends books to readers",
    "Un restaurant note ses réservations, ses plats et ses fournisseurs",
    "A landlord follows flats, tenants, leases and rents",
    "Un cabinet médical suit les patients et les consultations",
    "Driving school: students, lessons, instructors and cars",
    "Une ferme note ses parcelles, ses récoltes et ses traitements",
    "Charity with donors, donations and volunteers",
    "Un garage suit les véhicules, les réparations et les factures",
    "A hotel with rooms, guests and bookings",
    "Mon association de danse : cours, inscriptions, paiements",
    "Vet clinic for animals, owners and visits",
    "La mairie traite des demandes de citoyens et prend des décisions",
    "Shop that sells products and counts its stock",
    "Un musée décrit ses œuvres et ses expositions",
    "Human resources: employees, contracts, leave",
    "Le club de randonnée prépare des sorties et prête du matériel",
    "Family tree with people and documents",
)
MEDIAN, P95 = 20, 45
"""Seconds, on two cores that do nothing else."""


def main() -> int:
    """Print one row a sentence, then median and 95th percentile; exit code 1 when a plugin was not proven or a goal is missed."""
    taken: list[float] = []
    print("| sentence | template | tables | ended | to the offer, s | proof, s | processor with what follows, s |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        dihya(folder, "setup")
        for number, sentence in enumerate(_chosen()):
            told, spent = _generated(folder, sentence, number)
            durations = told.get("durations", {})
            if told.get("status") == "ready":
                taken.append(durations["command"])
            row = [
                sentence[:60],
                told.get("template", ""),
                len(told.get("entities", ())),
                told.get("status", "refused"),
            ]
            print(
                "|",
                *_between([*row, durations.get("command", ""), durations.get("prove", ""), round(spent)]),
                "|",
                flush=True,
            )
    asked = len(_chosen())
    if not taken:
        print("\nnothing was proven")
        return 1
    p95 = sorted(taken)[-(-len(taken) * 95 // 100) - 1]
    print(
        f"\n{len(taken)} of {asked} proven; median {median(taken):.1f} s (goal {MEDIAN}), p95 {p95:.1f} s (goal {P95})"
    )
    return int(len(taken) < asked or median(taken) > MEDIAN or p95 > P95)


def _chosen() -> tuple[str, ...]:
    """Return the sentences; the first ones only where ``DIHYA_BENCH_SENTENCES`` says how many."""
    return SENTENCES[: int(os.environ.get("DIHYA_BENCH_SENTENCES", len(SENTENCES)))]


def _generated(folder: str, sentence: str, number: int) -> tuple[dict[str, Any], float]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = dihya(
        folder,
        "generate",
        "--idea",
        sentence,
        "--json",
        "--yes",
        "--name",
        f"bench_{number}",
        "--out",
        str(Path(folder) / "out"),
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if done.returncode and done.stderr:
        print(done.stderr.strip().splitlines()[-1][:200], file=sys.stderr)
    return json.loads(done.stdout) if done.stdout.strip() else {}, spent


def _between(cells: list[object]) -> list[object]:
    return [part for cell in cells for part in (cell, "|")][:-1]


if __name__ == "__main__":
    raise SystemExit(main())
