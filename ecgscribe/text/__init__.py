"""Text: reports cleaned, translated into English and brought into a normal form."""
