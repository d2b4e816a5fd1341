/** The shape of a control plane operation: an input that is checked, and what it does to the world. */
import { z } from 'zod';
import { invalid } from '../state.js';
import type { World } from '../world.js';

/** Answers the output members, or undefined for the operations that answer nothing. Throws Refusal. */
export type Operation = (world: World, input: unknown) => object | undefined;

export const resourceName = z.string().regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/);
export const tagList = z.array(z.object({ Key: z.string().max(128), Value: z.string().max(256) })).max(50);

export function operation<T>(
  input: z.ZodType<T>,
  act: (world: World, input: T) => object | undefined,
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

export function writeTags(world: World, arn: string, tags: z.infer<typeof tagList> = []): void {
  const kept = world.state.tags.get(arn) ?? new Map<string, string>();
  for (const { Key, Value } of tags) kept.set(Key, Value);
  world.state.tags.set(arn, kept);
}
