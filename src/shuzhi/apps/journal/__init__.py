"""The append-only record of every act, sealed into a Merkle log. Knows nothing of what an act means."""
