"""The real services that tests run against: a database server, a browser, a closed network."""
