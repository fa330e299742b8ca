"""What one line gives away by its look: numbering, dates, names, places, words cut in two."""
