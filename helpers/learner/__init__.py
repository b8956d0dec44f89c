"""What a learner calls from a terminal: `course doctor`, `course progress`, and what they find out."""
