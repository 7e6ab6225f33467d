"""The Intake product: clinical intake and case management."""
