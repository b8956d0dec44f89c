"""The attack bank: submissions that mean harm, each with the end and the points that it must have."""

from attack_making import Attack
from attacks_forging import FORGING
from attacks_handing import HANDING
from attacks_hoarding import HOARDING
from attacks_reaching import REACHING
from attacks_running import RUNNING
from attacks_talking import TALKING

ATTACKS: tuple[Attack, ...] = (*RUNNING, *HOARDING, *REACHING, *FORGING, *HANDING, *TALKING)
