"""Do the walls stand, for every route and role?"""
