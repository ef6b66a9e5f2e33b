"""Pages of screening: the patient's, behind a secure link, and the clinic's."""
