"""The marks of a repository's plugins: a record of each run, a page that is made of them, and runs that doubt them."""
