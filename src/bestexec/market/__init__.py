"""The market's rules by date: sessions, round lots, ticks, fees, venues and their codes."""
