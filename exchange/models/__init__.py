from exchange.models.channels import Channel, Delivery
from exchange.models.liftings import Lifting
from exchange.models.subscriptions import Holding, LedgerRow, Position, Recall, Subscription

__all__ = ["Channel", "Delivery", "Holding", "LedgerRow", "Lifting", "Position", "Recall", "Subscription"]
