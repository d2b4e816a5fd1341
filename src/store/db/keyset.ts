/** Keyset pages of rows with `id` and `created_at`, newest first. The cursor is a text, because a Date loses microseconds. */
export interface Newest {
  after?: { createdAt: string; id: string } | undefined;
  limit: number;
}

export type Listed<Row> = Row & { cursor: string };

export const cursorOf = (alias: string): string =>
  `to_char(${alias}.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as cursor`;

/** @param first number of the first of its three parameters, which `valuesOf` returns */
export const newestOf = (alias: string, first: number): string =>
  `and ($${first}::timestamptz is null or (${alias}.created_at, ${alias}.id) < ($${first}, $${first + 1}::uuid))
   order by ${alias}.created_at desc, ${alias}.id desc limit $${first + 2}`;

export const valuesOf = ({ after, limit }: Newest): unknown[] => [
  after?.createdAt ?? null,
  after?.id ?? null,
  limit,
];
