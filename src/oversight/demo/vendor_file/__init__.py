"""The sample firm's vendor file: each part of it told by what people did."""
