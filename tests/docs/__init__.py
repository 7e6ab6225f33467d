"""Do the documents say what the code does?"""
