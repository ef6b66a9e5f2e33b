"""Names that nobody could take for a real person's."""

from __future__ import annotations

from random import Random
from typing import Final

GIVEN: Final = (  # noqa: SIM905 -- words read better than a list of strings
    "Alder Anise Aspen Aster Basil Bay Birch Bluebell Borage Bracken Briar Bryony Cassia Cedar "
    "Celandine Chicory Clementine Clover Columbine Comfrey Coriander Cypress Dahlia Daisy Damson "
    "Elder Fennel Fern Flax Forsythia Foxglove Gentian Ginger Hawthorn Hazel Heath Heather Holly "
    "Hyacinth Hyssop Indigo Iris Ivy Jasmine Juniper Larch Lark Laurel Lavender Lilac Linden "
    "Lobelia Lovage Lupin Magnolia Mallow Maple Marigold Marjoram Medlar Mimosa Mint Myrtle "
    "Nettle Oakley Oleander Olive Oregano Orris Peony Petunia Plum Poppy Primrose Privet Quill "
    "Quince Rosemary Rowan Rue Rush Saffron Sage Samphire Savory Sedge Sorrel Speedwell Spruce "
    "Tamarind Tansy Tarragon Teasel Thistle Thyme Tulip Valerian Verbena Vetch Violet Willow "
    "Yarrow Yew Zinnia"
).split()
FAMILY: Final = (  # noqa: SIM905 -- words read better than a list of strings
    "Anybody Bogusson Chimera Conjured Counterfeit Demoson Dreamly Dummond Dummont Emptyfield "
    "Errata Exampleton Fabricant Fabulist Fauxley Fictus Figment Fixturely Fixtureson Hypothet "
    "Imaginary Imagineer Inventley Invento Isntreal Lorem Madeup Makebelieve Mirageson Mockford "
    "Mocksmith Mythica Neverborn Nobody Nonesuch Notreal Nullington Paperfold Phantom "
    "Placeholder Plausible Pretendy Prototypo Quasimock Sample Samplesen Samplet Sandboxer "
    "Simulacra Somebody Specimen Spectre Standin Stubbs-Test Tbd Testerby Testingham Testwell "
    "Thoughtup Unreal Vaporware Vignette Wireframe Xample Yetunknown Zerodata"
).split()
PRONOUNS: Final = ("she/her", "he/him", "they/them", "")
STREETS: Final = ("Paper", "Cardboard", "Sample", "Figment", "Draft", "Mockup")
MEDICINES: Final = (
    ("Sertraline", "100 mg in the morning"),
    ("Escitalopram", "10 mg in the morning"),
    ("Bupropion XL", "150 mg in the morning"),
    ("Lisinopril", "10 mg in the morning"),
    ("Levothyroxine", "50 mcg in the morning"),
    ("Ibuprofen", "200 mg as needed"),
)
ALLERGIES: Final = (
    ("Penicillin", "rash"),
    ("Latex", "itching"),
    ("Sulfa drugs", "hives"),
)


def full_name(random: Random) -> tuple[str, str]:
    return random.choice(GIVEN), random.choice(FAMILY)


def phone(random: Random) -> str:
    """A number from the range that is kept free for fiction."""
    return f"({random.choice((212, 312, 415, 617))}) 555-01{random.randrange(100):02d}"
