"""Charts as SVG text: the same markup on the page and in the PDF.

Presentation attributes carry the colours of print; the classes (c-…) let app.css recolour them in
each theme.  No script, no style attribute.  Each chart is one image with a sentence; the page puts
the figures in a table after it.
"""

from __future__ import annotations

from kap.ui.charts.scale import ScaleBand, ScalePoint, scale_chart, scale_sentence
from kap.ui.charts.strips import pressure_strip, sparkline
from kap.ui.charts.symptoms import DoseMark, Score, symptoms, symptoms_sentence
from kap.ui.charts.vitals import Stretch, VitalPoint, vitals, vitals_sentence

__all__ = [
    "DoseMark",
    "ScaleBand",
    "ScalePoint",
    "Score",
    "Stretch",
    "VitalPoint",
    "pressure_strip",
    "scale_chart",
    "scale_sentence",
    "sparkline",
    "symptoms",
    "symptoms_sentence",
    "vitals",
    "vitals_sentence",
]
