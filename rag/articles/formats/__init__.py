"""One parser a format, each from bytes to lines; which reads what; what is refused before it is parsed."""
