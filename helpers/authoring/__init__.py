"""For authors and CI: from a lesson's source to its notebooks, and the proof that its checks work."""
