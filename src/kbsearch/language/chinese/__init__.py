"""The Chinese forms of what people read: tables from English texts to Chinese ones, with the same placeholders.

Half-width digits and Latin words have a space between them and Han characters; punctuation is full width.
"""
