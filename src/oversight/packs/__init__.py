"""The quarter's pack: everything that a review decides on, bound once, kept by its hash, drawn as page, document and workbook."""
