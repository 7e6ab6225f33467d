"""What row-level security, definer functions and triggers let through, tried as the real roles."""
