"""The words that lie in a bundle: how anybody can check it with a library of their own."""

README = """\
The bundle of a disclosed sampling plan
=======================================

Check it:  scripts/unannounced plan prove BUNDLE --sealed CERTIFICATE

CERTIFICATE is the text that was published, mailed or printed before the period. Without it a bundle
proves only that it agrees with itself: whoever made it could have made all of it anew.

Files, at the top for the plan and in additions/1, additions/2 ... for centres entered later
  certificate.txt    what was published before the draw
  seed.txt           the 32 bytes of the seed in hexadecimal, and a line end
  inputs.json        what the plan was drawn from, byte for byte as it was sealed
  public-value.txt   the value that nobody could know at the seal; empty where none was mixed in
  calls.json         the plan as it was drawn
  made.json          each call as it stood when the bundle was made
  redraws.json       the calls of made.json that were drawn later, by stream
  overrides.json     what people did to the plan and its calls, from the journal
  manifest.json      SHA-256 of every other file (at the top alone)

JSON is in UTF-8 with keys sorted and no spaces, fractions as "a/b", moments in UTC. Centres and
providers bear their keys. People, numbers, identities, service levels, scenarios and caller numbers
bear pseudonyms: the first 16 bytes of HMAC-SHA256 under a salt that stays secret. In what people
wrote, names and figures are left out.

Hashes
  of the seed     SHA-256 of "unannounced seed 1", a zero byte, the 32 bytes
  of the inputs   SHA-256 of "unannounced inputs 1", a zero byte, the bytes of inputs.json

The keystream, with any cryptographic library
  key    HMAC-SHA256, keyed by the seed, over: length of the public value, the public value, length
         of the name, the name, the stream; lengths and stream are 8 bytes, unsigned, big-endian
  name   the 16 bytes of a centre's key, or a word such as "assignment", "redrawn" or "pools"
  words  ChaCha20 (RFC 8439) under that key, nonce zero, counter from 0; each 8 bytes are one
         unsigned big-endian integer under 2^64
  below n: pass over words from the last multiple of n within 2^64 on, then take the remainder

A slot of weight w gets a call where its word is less than floor(m w 2^64 / sum of w), at most
floor(0.95 2^64); a draw that breaks the rule is made again from the words that follow.
"""
