"""What a hostile or careless caller sends, to every route there is."""
