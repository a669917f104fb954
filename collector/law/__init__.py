"""The law: one lawful way out a file, each with its day in force and its own proof."""
