"""Each connector against its stand-in, the specification and recorded payloads."""
