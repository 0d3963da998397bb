"""`python -m bestexec.cli`."""

from bestexec.cli import main

if __name__ == "__main__":
    main()
