/** What a query or retrieval may cost, in one table. */
export const queryLimits = {
  /** Matches of one C-FIND; beyond them it ends in A700, so that nobody takes a part for the whole. */
  maxMatches: 10_000,
  /** Rows asked of the index at once. */
  page: 250,
  /** UIDs in one list of a C-FIND. */
  maxListedUIDs: 1000,
  /** Characters of a value to match, and those of them that stand for any number of others. */
  maxValueLength: 256,
  maxWildcards: 8,
  /** Objects of one C-MOVE or C-GET: their number has 16 bits. */
  maxObjects: 65_535,
  /** ms between two pending responses of a C-MOVE or C-GET. */
  pendingInterval: 200,
  /** Objects of a C-MOVE that are sent on one association. */
  objectsPerAssociation: 1000,
} as const
