"""A refresh that does not heed Ctrl-C is ended all the same."""

import subprocess
import sys
import textwrap


def run(code: str) -> subprocess.CompletedProcess[str]:
    """Run a process that sends itself an interrupt."""
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


SWALLOWS = """
    import os, signal, time
    from orchestration import interrupts
    interrupts.GRACE_SECONDS = 0.2
    # What a shell starts in the background is born deaf to interrupts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with interrupts.ended_by_interrupt(lambda: print("last words", flush=True)):
        try:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(30)
        except KeyboardInterrupt:
            time.sleep({seconds})
    print("the ordinary way", flush=True)
"""


def test_an_interrupt_that_is_swallowed_ends_the_process_with_last_words():
    done = run(SWALLOWS.format(seconds=30))
    assert (done.returncode, done.stdout) == (1, "last words\n")


def test_a_refresh_that_ends_by_itself_is_left_alone():
    done = run(SWALLOWS.format(seconds=0))
    assert (done.returncode, done.stdout) == (0, "the ordinary way\n")


def test_the_handler_of_before_is_put_back():
    done = run(
        """
        import signal
        from orchestration import interrupts
        with interrupts.ended_by_interrupt(lambda: None):
            pass
        print(signal.set_wakeup_fd(-1))
        """
    )
    assert (done.returncode, done.stdout) == (0, "-1\n")
