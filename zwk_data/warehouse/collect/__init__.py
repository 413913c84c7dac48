"""Read a folder of official files and write the compact figures that ship in data/."""
