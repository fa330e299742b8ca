"""The pages behind the names in the header: each is a module, and NAME_html beside it is how it looks."""
