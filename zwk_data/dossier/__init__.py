"""What a Zwischenbilanz dossier says; the forms it takes (page, slides, paper, workbook) are made elsewhere from it."""
