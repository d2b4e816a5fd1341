import { assert, property, string } from 'fast-check';
import { expect, it } from 'vitest';
import { deploymentConfig } from '../core/model.js';
import { endpointName, inferenceId, resultFile, resultLocations, versionedName } from './names.js';

const LEGAL = /^[a-zA-Z0-9](-*[a-zA-Z0-9])*$/;
const deployment = deploymentConfig.parse({});
const nameOf = (id: string) => endpointName('dev', { id, deployment });

it('keeps a legal id readable', () => {
  expect(nameOf('alphafold2')).toBe('radiant-dev-alphafold2');
  expect(endpointName('dev', { id: 'x', deployment: { ...deployment, endpointName: 'Mine' } })).toBe('Mine');
});

it('gives ids that differ names that differ, even without regard to case', () => {
  const ids = ['a_b', 'a.b', 'a-b', 'A-b', 'a-b-', 'a--b', '-a-b', 'é', '', 'x'.repeat(80), 'x'.repeat(81)];
  const posing = ids.map((id) => nameOf(id).replace('radiant-dev-', ''));
  const all = [...new Set([...ids, ...posing])].map(nameOf);
  expect(new Set(all.map((name) => name.toLowerCase())).size).toBe(all.length);
});

it('gives legal names to anything', () => {
  assert(
    property(string({ unit: 'binary', maxLength: 100 }), (id) => {
      for (const name of [nameOf(id), versionedName(nameOf(id), { id })]) {
        expect(name).toMatch(LEGAL);
        expect(name.length).toBeLessThanOrEqual(63);
      }
      expect(inferenceId(id)).toMatch(/^[A-Za-z0-9-]{1,64}$/);
      expect(resultFile(id)).toMatch(/^[a-z0-9-]{1,28}\.out$/);
    }),
  );
});

it('names a configuration by its content, whatever the order of its keys', () => {
  const name = versionedName('e', { a: 1, b: { c: 2, d: [3, 4] } });
  expect(versionedName('e', { b: { d: [3, 4], c: 2 }, a: 1 })).toBe(name);
  expect(versionedName('e', { b: { d: [4, 3], c: 2 }, a: 1 })).not.toBe(name);
});

it('gives every invocation results of its own', () => {
  const { outputLocation, failureLocation } = resultLocations('bucket', 'e', 'one');
  expect(outputLocation).toMatch(/^s3:\/\/bucket\/e\/output\/[0-9a-f]{28}\.out$/);
  expect(failureLocation).toMatch(/^s3:\/\/bucket\/e\/failure\/[0-9a-f]{28}-error\.out$/);
  expect(resultLocations('bucket', 'e', 'two').outputLocation).not.toBe(outputLocation);
});
