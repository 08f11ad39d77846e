"""Cases: what somebody must act on, whoever it waits for, and the page of one with its timeline."""
