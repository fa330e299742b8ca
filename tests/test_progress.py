import io

from rag.commands.progress import Progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_a_log_gets_a_line_every_ten_seconds_and_one_at_the_end():
    log, clock = io.StringIO(), Clock()
    progress = Progress(log, clock)
    for second in range(26):
        clock.now = float(second)
        progress("reading", second, 25)
    assert log.getvalue().splitlines() == ["reading: 10 of 25", "reading: 20 of 25", "reading: 25 of 25"]


def test_a_terminal_gets_one_line_that_is_drawn_over():
    screen, clock = Terminal(), Clock()
    with Progress(screen, clock) as progress:
        for second in range(5):
            clock.now = float(second)
            progress("reading", second, 4)
    drawn = screen.getvalue()
    assert drawn.count("\r") == 5
    assert drawn.count("\n") == 1
    assert drawn.endswith("4/4\n")


def test_the_time_left_follows_from_the_time_so_far():
    screen, clock = Terminal(), Clock()
    progress = Progress(screen, clock)
    progress("reading", 0, 100)
    clock.now = 30.0
    progress("reading", 25, 100)
    assert screen.getvalue().endswith("25/100  1:30 left")


def test_an_open_line_is_ended_before_anything_else_is_printed():
    screen = Terminal()
    progress = Progress(screen, Clock())
    progress("reading", 1, 9)
    progress.close()
    progress.close()
    assert screen.getvalue().endswith("1/9\n") or screen.getvalue().endswith("left\n")
    assert screen.getvalue().count("\n") == 1


def test_a_stage_that_takes_no_time_says_nothing_in_a_log():
    log = io.StringIO()
    progress = Progress(log, Clock())
    progress("encoding", 0, 0)
    progress("words", 0, 9)
    progress("words", 9, 9)
    assert log.getvalue() == ""
