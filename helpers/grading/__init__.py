"""For instructors and CI: from submitted notebooks to grades."""
