"""One room per version of the tables, oldest first."""
