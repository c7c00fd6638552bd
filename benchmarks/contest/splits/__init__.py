"""Who is trained on, who sets thresholds, who is tested: one table a corpus."""
