"""What a team's inbox looks for: indexes.

Revision ID: 0007
Revises: 0006
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.drop_index("ix_case_file_debtor_country_state")
        batch_op.create_index(
            "ix_case_file_debtor_country_state", ["debtor_country", "state", "filed_on", "claim_id"], unique=False
        )
        batch_op.create_index(
            "ix_case_file_debtor_country_filed_on", ["debtor_country", "filed_on", "claim_id", "state"], unique=False
        )
        batch_op.create_index(
            "ix_case_file_handler_id_debtor_country",
            ["handler_id", "debtor_country", "state", "filed_on", "claim_id"],
            unique=False,
        )
    with op.batch_alter_table("deadline", schema=None) as batch_op:
        batch_op.create_index(
            "ix_deadline_actor_country_due_on", ["actor", "country", "due_on", "claim_id", "status"], unique=False
        )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index("ix_message_sender_role_read_at", ["sender_role", "read_at", "claim_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index("ix_message_sender_role_read_at")
    with op.batch_alter_table("deadline", schema=None) as batch_op:
        batch_op.drop_index("ix_deadline_actor_country_due_on")
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.drop_index("ix_case_file_handler_id_debtor_country")
        batch_op.drop_index("ix_case_file_debtor_country_filed_on")
        batch_op.drop_index("ix_case_file_debtor_country_state")
        batch_op.create_index("ix_case_file_debtor_country_state", ["debtor_country", "state"], unique=False)
