"""The web service's contract (exchange.wsdl, receiver.wsdl, exchange.xsd) and the XML that goes by it. Pure."""
