"""The archive behind the page: the index kept open, what it holds, the work of changing it. No HTML is made here."""
