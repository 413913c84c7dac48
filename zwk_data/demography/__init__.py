"""Questions about demography, answered from the warehouse as frames."""
