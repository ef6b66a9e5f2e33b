"""What is typed into integration pages."""
