"""What a reader must know about the figures, as the page Quellen und Methodik says it. Breaks: see data/breaks.yml."""

from __future__ import annotations

#: (title, text)
NOTES = (
    (
        "Gebietsstand 31.12.2023",
        "Alle Zeitreihen stehen auf den Grenzen vom 31.12.2023. Für Gemeinden und Kreise, die sich seither geändert "
        "haben, werden Zahlen mit den Umsteigeschlüsseln des BBSR nach Bevölkerungsanteilen umgerechnet. Ging ein "
        "Gebiet ganz in einem anderen auf, ist das eine Summe; wurde es geteilt, ist das Ergebnis geschätzt und trägt "
        "diesen Vermerk. Raten werden danach neu berechnet, nie umgerechnet.",
    ),
    (
        "Brüche",
        "Nach jeder Volkszählung beginnt die Fortschreibung der Bevölkerung neu. Der Sprung dabei ist keine "
        "Entwicklung. Linien werden dort unterbrochen und der Bruch benannt.",
    ),
    (
        "Kreise 2021 bis 2023",
        "Die Bevölkerung der Kreise ist für 2021 bis 2023 die Summe ihrer Gemeinden. In jedem Jahr von 1995 bis 2024 "
        "ergeben die Kreise zusammen die veröffentlichte Zahl für Deutschland.",
    ),
    (
        "Zusammenschlüsse und Verbände",
        "Besteht eine teilnehmende Kommune aus mehreren Gebieten, werden deren Zahlen zusammengezählt und Raten aus "
        "den Summen neu berechnet. Mittelwerte von Raten kommen nicht vor.",
    ),
    (
        "Stadtquartiere",
        "Für Stadtquartiere gibt es hier keine amtlichen Zahlen. Gezeigt werden die Zahlen der ganzen Stadt, und das "
        "steht dabei.",
    ),
    (
        "Kleine Orte",
        "Wo weniger als 1.000 Menschen leben, stehen Zahlen statt Prozente: Dort macht ein einziger Haushalt schon "
        "ganze Prozentpunkte aus.",
    ),
    (
        "Mittlere Bevölkerung",
        "Raten je 1.000 Personen beziehen sich auf das Mittel aus der Bevölkerung am Anfang und am Ende des Jahres. Im "
        "Jahr eines Zensusbruchs und ohne Vorjahreswert gilt die Bevölkerung am Jahresende.",
    ),
    (
        "Nicht belegt",
        "Stufen und Themen sind so weit erfasst, wie öffentliche Quellen sie nennen. „Nicht belegt“ heißt: Keine "
        "Quelle sagt etwas dazu. Es heißt weder erledigt noch offen.",
    ),
    (
        "Klassen der Karten",
        "Karten zeigen Stufen statt Verläufe. Die Grenzen liegen so, dass etwa gleich viele Gebiete in jede Klasse "
        "fallen, und werden auf runde Zahlen gelegt. Kennzahlen mit einer Mitte (etwa 2011 = 100) beginnen dort.",
    ),
)

TWINS = (
    (
        "Was ein Zwilling ist",
        "Orte, die in vielen Merkmalen zugleich nahe beieinanderliegen: Größe, Dichte, Entwicklung, Alter und "
        "Bewegungen der Bevölkerung. Gemeinden werden mit allen Gemeinden verglichen, Landkreise mit Landkreisen, "
        "kreisfreie Städte mit kreisfreien Städten, die Teilnehmenden auch untereinander.",
    ),
    (
        "Wie gerechnet wird",
        "Jedes Merkmal wird als Abstand vom Mittel aller Orte in Standardabweichungen ausgedrückt; die äußersten Werte "
        "(0,5 Prozent auf jeder Seite) werden dabei auf die Grenze gezogen. Der Abstand zweier Orte ist die Wurzel aus "
        "dem mittleren Quadrat der Unterschiede. Fehlt ein Merkmal, gilt der mittlere Wert aller Orte; fehlt mehr als "
        "ein Drittel, wird ein Ort nicht verglichen. Alle Merkmale zählen gleich viel.",
    ),
    (
        "Wie fest die Liste ist",
        "Die Rechnung wird wiederholt, wobei jedes Mal ein anderes Merkmal außer Acht bleibt. „Bestand“ sagt, in wie "
        "vielen von 100 dieser Rechnungen ein Ort auf der Liste bleibt.",
    ),
    (
        "Was es nicht heißt",
        "Ähnliche Zahlen bedeuten nicht, dass dieselben Maßnahmen wirken. Die Merkmale hängen zusammen, wie die "
        "Abbildungen unten zeigen: Wo viele Ältere leben, leben weniger Kinder. Solche Merkmale zählen mehrfach.",
    ),
)
