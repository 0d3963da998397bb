"""Router vendors, what they are made of and how the firm uses them."""
