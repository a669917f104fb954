"""From a message's bytes to pieces fit for detection: framing, codings, charsets, media, parts and cuts."""
