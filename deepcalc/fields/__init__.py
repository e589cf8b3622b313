"""What an author writes: the types of fields that the kinds' pydantic models are made of."""
