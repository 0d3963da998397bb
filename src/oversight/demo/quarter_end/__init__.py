"""The quarter's end at the sample firm: each part told by what people did."""
