"""What a Zwischenbilanz dossier says, whichever form it then takes: page, slides, paper, workbook."""
