"""What the tests stand on: database server, browser, guard rails."""
