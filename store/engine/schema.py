"""The SQL of the first migration: columns of every table, and the indexes that queries rely on.

`{big}` is a 64-bit integer, `{blob}` bytes, `{flag}` a truth value. Frozen with migration 1.
"""

# The tables that only grow. On PostgreSQL the daemon's role has no right to change them either.
LEDGER_TABLES = ("entry", "signed_head", "book")

TABLES_1 = {
    "entry": """
        org_id TEXT NOT NULL, seq {big} NOT NULL, leaf {blob} NOT NULL, leaf_hash {blob} NOT NULL,
        kind TEXT NOT NULL, at TEXT NOT NULL, ticket TEXT, case_key TEXT,
        PRIMARY KEY (org_id, seq)""",
    "entry_private": """
        org_id TEXT NOT NULL, seq {big} NOT NULL, salt {blob} NOT NULL, content TEXT NOT NULL,
        PRIMARY KEY (org_id, seq)""",
    "head": """
        org_id TEXT NOT NULL PRIMARY KEY, size {big} NOT NULL, frontier {blob} NOT NULL""",
    "signed_head": """
        org_id TEXT NOT NULL, size {big} NOT NULL, note {blob} NOT NULL, at TEXT NOT NULL,
        PRIMARY KEY (org_id, size)""",
    "counter": """
        org_id TEXT NOT NULL, name TEXT NOT NULL, value {big} NOT NULL,
        PRIMARY KEY (org_id, name)""",
    "person": """
        org_id TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, erased_at TEXT,
        PRIMARY KEY (org_id, id)""",
    "person_address": """
        org_id TEXT NOT NULL, kind TEXT NOT NULL, address TEXT NOT NULL, id TEXT NOT NULL,
        PRIMARY KEY (org_id, kind, address)""",
    "thread": """
        org_id TEXT NOT NULL, ticket TEXT NOT NULL, number {big} NOT NULL, customer TEXT,
        opened_at TEXT NOT NULL, last_at TEXT NOT NULL, merged_into TEXT,
        PRIMARY KEY (org_id, ticket)""",
    "thread_ref": """
        org_id TEXT NOT NULL, message_id TEXT NOT NULL, ticket TEXT NOT NULL,
        PRIMARY KEY (org_id, message_id)""",
    "post": """
        org_id TEXT NOT NULL, digest TEXT NOT NULL, part {big} NOT NULL, ticket TEXT NOT NULL,
        message_id TEXT, kind TEXT NOT NULL, side TEXT NOT NULL, direction TEXT NOT NULL,
        internal {flag} NOT NULL, at TEXT NOT NULL, private TEXT,
        PRIMARY KEY (org_id, digest, part)""",
    "paper": """
        org_id TEXT NOT NULL, digest TEXT NOT NULL, kind TEXT NOT NULL, ticket TEXT, private TEXT,
        PRIMARY KEY (org_id, digest, kind)""",
    "place": """
        org_id TEXT NOT NULL, folder TEXT NOT NULL, uidvalidity {big} NOT NULL, uid {big} NOT NULL,
        digest TEXT NOT NULL, at TEXT NOT NULL,
        PRIMARY KEY (org_id, folder, uidvalidity, uid)""",
    "case_shelf": """
        org_id TEXT NOT NULL, key TEXT NOT NULL, ticket TEXT NOT NULL, seq {big} NOT NULL,
        status TEXT NOT NULL, owner TEXT, tier TEXT, severity TEXT, rank {big}, due_at TEXT,
        state TEXT NOT NULL, private TEXT,
        PRIMARY KEY (org_id, key)""",
    "letter": """
        org_id TEXT NOT NULL, id {big} NOT NULL, message_id TEXT NOT NULL, kind TEXT NOT NULL,
        case_key TEXT, ticket TEXT, recipients TEXT NOT NULL, envelope_from TEXT NOT NULL,
        raw {blob} NOT NULL, text TEXT NOT NULL, state TEXT NOT NULL, urgency {big} NOT NULL,
        attempts {big} NOT NULL, next_at TEXT NOT NULL, created_at TEXT NOT NULL, sent_at TEXT,
        last_error TEXT, worker TEXT, lease_until TEXT, fence {big} NOT NULL,
        PRIMARY KEY (org_id, id)""",
    "letter_to": """
        org_id TEXT NOT NULL, address TEXT NOT NULL, letter {big} NOT NULL,
        created_at TEXT NOT NULL,
        PRIMARY KEY (org_id, address, letter),
        FOREIGN KEY (org_id, letter) REFERENCES letter (org_id, id)""",
    "mail_cursor": """
        org_id TEXT NOT NULL, folder TEXT NOT NULL, uidvalidity {big} NOT NULL, uid {big} NOT NULL,
        PRIMARY KEY (org_id, folder)""",
    "quarantine": """
        org_id TEXT NOT NULL, digest TEXT NOT NULL, tries {big} NOT NULL, raw {blob}, folder TEXT,
        uid {big}, why TEXT, at TEXT, resolved_at TEXT,
        PRIMARY KEY (org_id, digest)""",
    "token": """
        org_id TEXT NOT NULL, hash TEXT NOT NULL, purpose TEXT NOT NULL, case_key TEXT,
        handoff TEXT, person TEXT, issued_at TEXT NOT NULL, expires_at TEXT NOT NULL, used_at TEXT,
        revoked_at TEXT,
        PRIMARY KEY (org_id, hash)""",
    "verdict": """
        org_id TEXT NOT NULL, key TEXT NOT NULL, ticket TEXT, value TEXT NOT NULL, at TEXT NOT NULL,
        PRIMARY KEY (org_id, key)""",
    "usage": """
        org_id TEXT NOT NULL, day TEXT NOT NULL, calls {big} NOT NULL, tokens {big} NOT NULL,
        micro_usd {big} NOT NULL,
        PRIMARY KEY (org_id, day)""",
    "judge_queue": """
        org_id TEXT NOT NULL, ticket TEXT NOT NULL, next_at TEXT NOT NULL, tries {big} NOT NULL,
        why TEXT NOT NULL,
        PRIMARY KEY (org_id, ticket)""",
    "book": """
        org_id TEXT NOT NULL, hash TEXT NOT NULL, text TEXT NOT NULL,
        PRIMARY KEY (org_id, hash)""",
    "note": """
        org_id TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
        PRIMARY KEY (org_id, key)""",
}

INDEXES_1 = (
    "CREATE INDEX entry_case ON entry (org_id, case_key, seq) WHERE case_key IS NOT NULL",
    "CREATE INDEX entry_ticket ON entry (org_id, ticket, seq) WHERE ticket IS NOT NULL",
    "CREATE INDEX entry_at ON entry (org_id, at, seq)",
    "CREATE INDEX entry_kind ON entry (org_id, kind, seq)",
    "CREATE INDEX person_address_id ON person_address (org_id, id)",
    "CREATE INDEX thread_customer ON thread (org_id, customer, last_at)",
    "CREATE INDEX thread_merged ON thread (org_id, merged_into) WHERE merged_into IS NOT NULL",
    "CREATE INDEX thread_ref_ticket ON thread_ref (org_id, ticket)",
    "CREATE INDEX post_ticket ON post (org_id, ticket, at)",
    "CREATE INDEX paper_ticket ON paper (org_id, ticket) WHERE ticket IS NOT NULL",
    "CREATE INDEX place_digest ON place (org_id, digest)",
    # Partial, so that a million closed cases cost the first page of the list nothing.
    "CREATE INDEX case_rank ON case_shelf (org_id, rank, key) WHERE rank IS NOT NULL",
    "CREATE INDEX case_due ON case_shelf (org_id, due_at, key) WHERE due_at IS NOT NULL",
    "CREATE INDEX case_ticket ON case_shelf (org_id, ticket, seq)",
    "CREATE UNIQUE INDEX letter_message ON letter (org_id, message_id)",
    "CREATE INDEX letter_owed ON letter (org_id, state, urgency, next_at) "
    "WHERE state IN ('pending', 'in_flight', 'unknown')",
    "CREATE INDEX letter_case ON letter (org_id, case_key, created_at) WHERE case_key IS NOT NULL",
    "CREATE INDEX letter_created ON letter (org_id, created_at)",
    "CREATE INDEX letter_to_since ON letter_to (org_id, address, created_at)",
    "CREATE INDEX token_handoff ON token (org_id, handoff)",
    "CREATE INDEX verdict_ticket ON verdict (org_id, ticket)",
    "CREATE INDEX judge_due ON judge_queue (org_id, next_at)",
)
