"""What the server keeps of those who ask: conversations, verdicts, how long answers took, and whose it all is."""
