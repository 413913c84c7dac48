"""Lists as Kommunen send them: read tolerantly, checked row by row, compared with the store, taken over at once."""

from zwk_data.records.intake.check import changes_of, check_again, check_list, remember, take_over
from zwk_data.records.intake.head import Chosen
from zwk_data.records.intake.meaning import KOMMUNE
from zwk_data.records.intake.raw import HIDDEN, MARK
from zwk_data.records.intake.report import STATES, Intake, SheetView

__all__ = [
    "HIDDEN",
    "KOMMUNE",
    "MARK",
    "STATES",
    "Chosen",
    "Intake",
    "SheetView",
    "changes_of",
    "check_again",
    "check_list",
    "remember",
    "take_over",
]
