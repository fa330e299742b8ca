"""What stands before the site: who may come in, how much and how often, and by which doors."""
