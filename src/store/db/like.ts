/** A part of a text, for `like`: what a pattern would mean means itself. */
export const likeOf = (part: string): string => `%${part.replaceAll(/[\\%_]/g, '\\$&')}%`;
