"""The pages of objections: the queue, one objection and its steps, filing at the counter."""
