"""What receivers' systems call: REST (pulling.py) and the same by SOAP (soap.py)."""
