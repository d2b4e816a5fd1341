/** SQL for rows that are found by their keys. */

/**
 * The status of such a row, for a comparison. A bare comparison fits the partial indexes: while a table is young, a plan may
 * read all rows of that status for each key.
 */
export const statusOf = (alias: string): string => `(${alias}.status || '')`;
