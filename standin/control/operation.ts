/** The shape of a control plane operation: a validated input, and its effect on the account. */
import { z } from 'zod';
import { invalid } from '../state.js';
import type { Account } from '../account.js';

/** Returns the output members, or undefined for operations without output. Throws Refusal. */
export type Operation = (world: Account, input: unknown) => object | undefined;

export const resourceName = z.string().regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/);
export const tagList = z.array(z.object({ Key: z.string().max(128), Value: z.string().max(256) })).max(50);

export function operation<T>(
  input: z.ZodType<T>,
  act: (world: Account, input: T) => object | undefined,
): Operation {
  return (world, given) => {
    const checked = input.safeParse(given);
    if (checked.success) return act(world, checked.data);
    const problems = checked.error.issues.map(
      (issue) => `Value at '${issue.path.join('.')}' failed to satisfy constraint: ${issue.message}`,
    );
    const noun = problems.length === 1 ? 'error' : 'errors';
    throw invalid(`${problems.length} validation ${noun} detected: ${problems.join('; ')}`);
  };
}

/** AWS JSON 1.1 sends times as seconds since 1970. */
export function epochSeconds(at: Date): number {
  return at.getTime() / 1000;
}

export function writeTags(world: Account, arn: string, tags: z.infer<typeof tagList> = []): void {
  const kept = world.state.tags.get(arn) ?? new Map<string, string>();
  for (const { Key, Value } of tags) kept.set(Key, Value);
  world.state.tags.set(arn, kept);
}

export const listing = z.object({
  NameContains: z.string().optional(),
  StatusEquals: z.string().optional(),
  SortBy: z.enum(['Name', 'CreationTime', 'Status']).default('CreationTime'),
  SortOrder: z.enum(['Ascending', 'Descending']).default('Descending'),
  MaxResults: z.int().min(1).max(100).default(10),
  NextToken: z.string().regex(/^\d+$/).optional(),
});

interface Listed {
  name: string;
  status?: string;
  createdAt: Date;
}

const sortKeys = {
  Name: ({ name }: Listed) => name,
  CreationTime: ({ createdAt }: Listed) => createdAt.toISOString(),
  Status: ({ status = '' }: Listed) => status,
};

export function page<T extends Listed>(
  all: readonly T[],
  wish: z.infer<typeof listing>,
): { items: T[]; NextToken: string | undefined } {
  const keyOf = sortKeys[wish.SortBy];
  const found = all
    .filter(({ name }) => name.toLowerCase().includes((wish.NameContains ?? '').toLowerCase()))
    .filter(({ status }) => (wish.StatusEquals ?? status) === status)
    .sort((a, b) => keyOf(a).localeCompare(keyOf(b)) || a.name.localeCompare(b.name));
  if (wish.SortOrder === 'Descending') found.reverse();
  const from = Number(wish.NextToken ?? 0);
  const to = from + wish.MaxResults;
  return { items: found.slice(from, to), NextToken: to < found.length ? String(to) : undefined };
}
