"""Where the firm's symbols trade, against what the router reaches; memos on venues."""
