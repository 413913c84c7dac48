"""Lists as Kommunen send them: read tolerantly, checked row by row, compared with the store, taken over at once."""

from zwk_data.programme.intake.check import again, check
from zwk_data.programme.intake.file import HIDDEN, MARK
from zwk_data.programme.intake.plan import plan, take
from zwk_data.programme.intake.report import STATES, Intake, SheetView

__all__ = ["HIDDEN", "MARK", "STATES", "Intake", "SheetView", "again", "check", "plan", "take"]
