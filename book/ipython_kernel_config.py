"""Settings of the kernels that execute the book; `make` puts this file into its environment."""

c = get_config()  # noqa: F821
# A kernel on this machine talks to itself over loopback, and ipykernel warns of that once for each notebook.
c.IPKernelApp.log_level = 40
# What a cell prints is sent in pieces, five a second, and where a piece ends a page would show an empty line.
c.IPKernelApp.exec_lines = ["import sys; sys.stdout.flush_interval = 5"]
