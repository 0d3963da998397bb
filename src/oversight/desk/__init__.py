"""What needs me today, figures, the order inspector; reads only."""
