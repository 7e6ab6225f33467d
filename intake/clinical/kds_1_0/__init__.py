"""Rule set KDS-1.0: points W, floors F, ceilings K, adjuncts J and alerts A, a file each."""
