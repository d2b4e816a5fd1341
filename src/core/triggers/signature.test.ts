import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { checkSignature, type Scheme, type SignedRequest } from './signature.js';

const hmac = (key: string | Buffer, text: string, as: 'hex' | 'base64' = 'hex') =>
  createHmac('sha256', key).update(text).digest(as);
const request = (
  scheme: Scheme,
  secret: string,
  body: string,
  headers: SignedRequest['headers'],
  more: Partial<SignedRequest> = {},
): SignedRequest => ({
  scheme,
  signatureHeader: null,
  secrets: [secret],
  headers,
  body: Buffer.from(body),
  now: new Date(1_614_265_330_000),
  ...more,
});

// Published by https://github.com/standard-webhooks/standard-webhooks.
const STANDARD = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  body: '{"test": 2432232314}',
  headers: {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  },
};
// Published by https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries.
const GITHUB = {
  secret: "It's a Secret to Everybody",
  body: 'Hello, World!',
  headers: {
    'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
    'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
  },
};
// By https://docs.stripe.com/webhooks#verify-manually: Stripe publishes the rule, and no signature with its secret.
const STRIPE = { secret: 'whsec_test_secret', body: '{"id": "evt_test_webhook"}' };
const stripe = (at: number, text = STRIPE.body) => ({
  'stripe-signature': `t=${at},v1=${hmac(STRIPE.secret, `${at}.${text}`)},v0=6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39`,
});
const NOW = 1_614_265_330;

test.each<[string, SignedRequest, string | null]>([
  [
    'the vector of Standard Webhooks',
    request('standard_webhooks', STANDARD.secret, STANDARD.body, STANDARD.headers),
    'msg_p5jXN8AQM9LWM0D4loKWxJek',
  ],
  [
    'the same among signatures by other keys and versions',
    request('standard_webhooks', STANDARD.secret, STANDARD.body, {
      ...STANDARD.headers,
      'webhook-signature': `v1a,abc v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= ${STANDARD.headers['webhook-signature']}`,
    }),
    'msg_p5jXN8AQM9LWM0D4loKWxJek',
  ],
  [
    'the vector of GitHub',
    request('github', GITHUB.secret, GITHUB.body, GITHUB.headers),
    '72d3162e-cc78-11e3-81ab-4c9367dc0958',
  ],
  [
    'GitHub without the id of the delivery',
    request('github', GITHUB.secret, GITHUB.body, { ...GITHUB.headers, 'x-github-delivery': undefined }),
    null,
  ],
  ['Stripe', request('stripe', STRIPE.secret, STRIPE.body, stripe(NOW)), null],
  ['Stripe, 300 seconds ago', request('stripe', STRIPE.secret, STRIPE.body, stripe(NOW - 300)), null],
  ['Stripe, in 300 seconds', request('stripe', STRIPE.secret, STRIPE.body, stripe(NOW + 300)), null],
  ...(['hex', 'base64'] as const).map((as): [string, SignedRequest, null] => [
    `a plain signature in ${as}`,
    request('hmac_sha256', 's', 'text', { 'x-signature': hmac('s', 'text', as) }),
    null,
  ]),
  [
    'a plain signature in a header of its own',
    request(
      'hmac_sha256',
      's',
      'text',
      { 'x-line': [`sha256=${hmac('s', 'text')}`] },
      { signatureHeader: 'x-line' },
    ),
    null,
  ],
  [
    'the secret before the rotation',
    request('github', '', GITHUB.body, GITHUB.headers, { secrets: ['new', GITHUB.secret] }),
    '72d3162e-cc78-11e3-81ab-4c9367dc0958',
  ],
])('%s is valid', (_, signed, id) => {
  expect(checkSignature(signed)).toEqual({ isValid: true, id });
});

test.each<[string, SignedRequest, string]>([
  ['no headers', request('standard_webhooks', STANDARD.secret, STANDARD.body, {}), 'signature_missing'],
  ['no headers of GitHub', request('github', GITHUB.secret, GITHUB.body, {}), 'signature_missing'],
  ['no header of Stripe', request('stripe', STRIPE.secret, STRIPE.body, {}), 'signature_missing'],
  ['no plain header', request('hmac_sha256', 's', 'text', {}), 'signature_missing'],
  [
    'another body',
    request('standard_webhooks', STANDARD.secret, '{"test":2432232314}', STANDARD.headers),
    'signature_wrong',
  ],
  [
    'another id',
    request('standard_webhooks', STANDARD.secret, STANDARD.body, { ...STANDARD.headers, 'webhook-id': 'x' }),
    'signature_wrong',
  ],
  ['another secret', request('github', 'x', GITHUB.body, GITHUB.headers), 'signature_wrong'],
  ['no secret', request('github', 'x', GITHUB.body, GITHUB.headers, { secrets: [] }), 'signature_wrong'],
  [
    'a secret that is not base64, and so no key',
    request('standard_webhooks', 'whsec_', STANDARD.body, {
      ...STANDARD.headers,
      'webhook-signature': `v1,${hmac('', `msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.${STANDARD.body}`, 'base64')}`,
    }),
    'signature_wrong',
  ],
  [
    'a short signature',
    request('github', GITHUB.secret, GITHUB.body, { 'x-hub-signature-256': 'sha256=7571' }),
    'signature_wrong',
  ],
  [
    'an older version alone',
    request('stripe', STRIPE.secret, STRIPE.body, { 'stripe-signature': `t=${NOW},v0=ab` }),
    'signature_wrong',
  ],
  ['301 seconds ago', request('stripe', STRIPE.secret, STRIPE.body, stripe(NOW - 301)), 'signature_expired'],
  ['in 301 seconds', request('stripe', STRIPE.secret, STRIPE.body, stripe(NOW + 301)), 'signature_expired'],
  ['at no time', request('stripe', STRIPE.secret, STRIPE.body, stripe(NaN)), 'signature_expired'],
])('%s is refused', (_, signed, code) => {
  expect(checkSignature(signed)).toEqual({ isValid: false, code });
});
