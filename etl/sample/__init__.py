"""青禾县, a county that does not exist: its reports, registers and the answers to them, the same on every machine.

It imports no other room: labels and layouts are transcribed here a second time, so that what reads them has a witness.
"""

from etl.sample.answers import Answers, ClaimAnswer, FactAnswer, FileAnswer, PlantAnswer, SampleError, load_answers
from etl.sample.folder import is_made
from etl.sample.make import make_county

__all__ = [
    "Answers",
    "ClaimAnswer",
    "FactAnswer",
    "FileAnswer",
    "PlantAnswer",
    "SampleError",
    "is_made",
    "load_answers",
    "make_county",
]
