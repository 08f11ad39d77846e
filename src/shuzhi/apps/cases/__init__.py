"""Cases: something somebody must act on, its clock, the acts on it, and one inbox for all kinds."""
