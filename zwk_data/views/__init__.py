"""One recipe for each figure (question, drawing, caption, source), for page, paper and slide alike."""
