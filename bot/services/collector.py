"""Python's collector of garbage in rings, told once that the house stands: what is there then is never garbage.

Flows, texts and libraries are some hundred thousand objects that live as long as the process. Looking through them again
and again was a tenth of the time of every message. What comes later is looked at as before, only less often.
"""

import gc

YOUNG = 20_000
"""So many objects more than before, and the young ones are looked through; 700 unless told."""


def settle() -> None:
    """Leave all that is there alone from now on."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 10, 10)
