"""Does the journey from referral to reminder tell the truth about the product?"""
