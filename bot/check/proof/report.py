"""The result of a proof, to be read: in words for coordinators, and as plain values for other programs."""

from collections.abc import Iterator
from dataclasses import asdict

from bot.check.coverage import summary
from bot.check.proof.result import FlowProof, Proof

SHOWN = 12
"""So many holes are shown with their talks."""


def in_words(proof: Proof, seconds: float) -> Iterator[str]:
    """Yield the lines of the report: what was looked at, each flow, each hole with its talk, the verdict."""
    figures = proof.figures
    yield (
        f"Beweis: {figures.states} Zustände, {figures.edges} Übergänge, {figures.messages} Nachrichten, "
        f"{figures.renderings} Darstellungen (Sprachen: {figures.languages}, Kanäle: {figures.channels}), "
        f"höchstens {figures.most} Schritte auf einmal, {seconds:.1f} Sekunden."
    )
    if figures.untranslated:
        yield f"Noch nicht übersetzt und deshalb nicht geprüft: {figures.untranslated} Nachrichten, jede Sprache für sich gezählt."
    width = max((len(each.flow) for each in proof.flows), default=0)
    yield from (_flow(each, width) for each in proof.flows)
    for hole in proof.holes[:SHOWN]:
        yield f"\nLoch in »{hole.flow}«: {hole.message}\nSo kommt man dorthin:\n\n{hole.talk}"
    if len(proof.holes) > SHOWN:
        yield f"\n… und {len(proof.holes) - SHOWN} weitere Löcher."
    yield f"\n{_verdict(proof)}"


def as_json(proof: Proof, seconds: float) -> dict[str, object]:
    """Return the same as plain values."""
    return {
        "proven": proof.proven,
        "seconds": round(seconds, 3),
        **asdict(proof.figures),
        "flows": [_flow_as_json(each) for each in proof.flows],
        "holes": [asdict(hole) for hole in proof.holes],
    }


def _flow(each: FlowProof, width: int) -> str:
    marks = (("ein Mensch ist nah", each.person), ("passt überall", each.limits), ("geht immer weiter", each.sound))
    said = ", ".join(f"{words} {'✓' if good else '✗'}" for words, good in marks)
    whole = "" if each.whole else " UNVOLLSTÄNDIG: mehr Zustände, als angesehen werden."
    never = f" Nie erreicht: {', '.join(f'»{step}«' for step in each.never)}." if each.never else ""
    return f"{each.flow:<{width}}  {said}; in Gesprächen {summary([each.covered])}.{whole}{never}"


def _flow_as_json(each: FlowProof) -> dict[str, object]:
    covered = each.covered
    return {
        "flow": each.flow,
        "person": each.person,
        "limits": each.limits,
        "sound": each.sound,
        "whole": each.whole,
        "never": list(each.never),
        "steps": len(covered.steps),
        "steps_in_talks": len(covered.steps) - len(covered.steps_left),
        "options": len(covered.options),
        "options_in_talks": len(covered.options) - len(covered.options_left),
    }


def _verdict(proof: Proof) -> str:
    if proof.holes:
        return f"Nicht bewiesen: {len(proof.holes)} Löcher." if len(proof.holes) > 1 else "Nicht bewiesen: ein Loch."
    if not proof.proven:
        return "Nicht bewiesen: Es gibt mehr Zustände, als angesehen werden. Gefunden wurde nichts."
    return "Bewiesen: In jedem Zustand geht es weiter, und ein Mensch ist höchstens zwei Tasten entfernt."
