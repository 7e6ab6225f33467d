"""Charts as SVG, drawn on the server: pure, without script or style of their own."""
