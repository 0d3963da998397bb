"""The quarter factor by factor and, where an average cannot judge, order by order."""
