"""Do the files that deploy the service keep their promises?"""
