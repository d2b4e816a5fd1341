/** Recognises references to secrets, and values that look like a secret and must not be stored. */
import type { Fault } from '../errors.js';

const KNOWN = String.raw`env:RADIANT_SECRET_[A-Z0-9_]+|aws-sm:arn:aws[\w-]*:secretsmanager:[\w-]+:\d{12}:secret:[\w/+=.@-]+(?:#[\w.-]+)?`;
const REFERENCE = new RegExp(KNOWN, 'g');
/** True if the text is exactly one reference. */
export const isReference = (text: string): boolean => new RegExp(`^(?:${KNOWN})$`).test(text);

/** A reference, alone or after the scheme of an Authorization header. */
const NAMED = new RegExp(`^(?:(?:bearer|basic|token) +)?(?:${KNOWN})$`, 'i');
/** Looks like a reference but is not a valid one. */
const MISTAKEN = /\b(env:\w|aws-sm:)/;

export const FORMS =
  'env:RADIANT_SECRET_… or aws-sm:arn:aws:secretsmanager:…, with #member for one of a JSON secret';

/** Replaces a value in the audit log. */
export const HIDDEN = '[hidden]';

/** Patterns of well-known secrets. */
const SECRET_PATTERNS: readonly RegExp[] = [
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b/,
  /\b(sk|rk|pk)[-_][\w-]{16,}/,
  /\b(gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{20,})/,
  /\bhf_[A-Za-z0-9]{20,}/,
  /\bxox[abeprs]-[\w-]{10,}/,
  /\bAIza[\w-]{35}/,
  /\beyJ[\w-]{10,}\.[\w-]{10,}\./,
  /\brdt_[A-Za-z0-9]{12}_[A-Za-z0-9]{43}/,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /^(bearer|basic|token) +\S/i,
];
/** Under such a name, a random value is a secret; `TOKENIZER=mistral-7b` is not. */
const NAMES = /key|token|secret|credential|authorization|cookie/i;
const RANDOM =
  /(?=[A-Za-z0-9]*\d)(?=[A-Za-z0-9]*[A-Za-z])[A-Za-z0-9]{16,}|\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/;
/** Under such a name, any value is a secret. */
const PASSWORDS = /passw|passphrase/i;

const looksSecret = (name: string, literal: string): boolean =>
  SECRET_PATTERNS.some((pattern) => pattern.test(literal)) ||
  (NAMES.test(name) && RANDOM.test(literal)) ||
  (PASSWORDS.test(name) && literal.trim() !== '');

/** Faults of values that must not be stored in plain text. They never quote the value. */
export const secretFaults = (values: Readonly<Record<string, string>>): Fault[] =>
  Object.entries(values).flatMap(([name, value]) => {
    if (value.includes(HIDDEN)) {
      return [{ path: name, message: 'the audit log does not hold its value: enter it again' }];
    }
    const literal = value.replaceAll(REFERENCE, '');
    if (MISTAKEN.test(literal)) {
      const message = `is not a valid reference to a secret: use ${FORMS}`;
      return [{ path: name, message }];
    }
    return looksSecret(name, literal)
      ? [{ path: name, message: `looks like a secret: use a reference, ${FORMS}` }]
      : [];
  });

/** A value as the audit log may show it. */
export const redacted = (value: string): string => (NAMED.test(value) ? value : HIDDEN);
