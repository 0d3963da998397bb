"""The desk's commands, for developers in a checkout; installed, the same are `oversight COMMAND`."""

from oversight.command import main

if __name__ == "__main__":
    main()
