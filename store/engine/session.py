"""One transaction of one organisation: what every function that reads or writes is given."""

from sqlalchemy import Connection, NestedTransaction, RootTransaction


class Session:
    """A transaction under way. `org` is whose rows it sees: no function asks for it, none forgets.

    It is committed or rolled back by the block of `Store.transaction` that made it.
    """

    __slots__ = ("_connection", "_transaction", "org")

    def __init__(self, connection: Connection, transaction: RootTransaction, org: str) -> None:
        self._connection = connection
        self._transaction = transaction
        self.org = org

    def connection(self) -> Connection:
        """The connection that the transaction runs on."""
        return self._connection

    def begin_nested(self) -> NestedTransaction:
        """A savepoint: at an exception only what was done inside the block is taken back."""
        return self._connection.begin_nested()

    def rollback(self) -> None:
        """Take back everything; the block ends without a commit."""
        self._transaction.rollback()
