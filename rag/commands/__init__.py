"""One module a command: HELP, ``add_arguments(parser)`` and ``run(args) -> exit code``.

All are imported to parse the command line, so heavy imports belong inside ``run``. Only here and in
``rag.cli`` may anything be printed.
"""
