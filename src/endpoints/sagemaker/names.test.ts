import { assert, property, string } from 'fast-check';
import { expect, it } from 'vitest';
import { deploymentConfig } from '../../core/models/model.js';
import {
  endpointName,
  hostName,
  inferenceId,
  isVersionOf,
  resultFile,
  resultLocations,
  versionedName,
} from './names.js';

const LEGAL = /^[a-zA-Z0-9](-*[a-zA-Z0-9])*$/;
const deployment = deploymentConfig.parse({});
const nameOf = (id: string) => endpointName('dev', { id, deployment });
const hostOf = (id: string) => hostName('dev', { id, deployment });

it('keeps a valid id readable', () => {
  expect(nameOf('alphafold2')).toBe('radiant-dev-alphafold2');
  expect(endpointName('dev', { id: 'x', deployment: { ...deployment, endpointName: 'Mine' } })).toBe('Mine');
});

it('gives different ids different names, even when case is ignored', () => {
  const ids = ['a_b', 'a.b', 'a-b', 'A-b', 'a-b-', 'a--b', '-a-b', 'é', '', 'x'.repeat(80), 'x'.repeat(81)];
  const posing = ids.map((id) => nameOf(id).replace('radiant-dev-', ''));
  const all = [...new Set([...ids, ...posing])].map(nameOf);
  expect(new Set(all.map((name) => name.toLowerCase())).size).toBe(all.length);
});

it('gives a valid name to any id', () => {
  assert(
    property(string({ unit: 'binary', maxLength: 100 }), (id) => {
      for (const name of [nameOf(id), hostOf(id), versionedName(nameOf(id), { id })]) {
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

it('gives a component a host of its own, or the one that its deployment names', () => {
  const long = 'x'.repeat(60);
  const ids = ['a', 'a-host', 'a-host-host', long.slice(0, 44), long.slice(0, 47), long, `${long}y`];
  const names = ids.flatMap((id) => [nameOf(id), hostOf(id)]);
  expect(hostOf('a')).toBe('radiant-dev-a-host');
  expect(new Set(names).size).toBe(names.length);
  expect(hostName('dev', { id: 'a', deployment: { ...deployment, hostEndpoint: 'radiant-dev-all' } })).toBe(
    'radiant-dev-all',
  );
});

it('distinguishes the versions of endpoints whose names begin alike', () => {
  const names = ['a', 'a-0123456789', 'a-b', 'x'.repeat(60), 'x'.repeat(61)].map(nameOf);
  for (const one of names)
    for (const other of names) expect(isVersionOf(one, versionedName(other, {}))).toBe(one === other);
});

it('gives every invocation results of its own', () => {
  const { outputLocation, failureLocation } = resultLocations('bucket', 'e', 'one');
  expect(outputLocation).toMatch(/^s3:\/\/bucket\/e\/output\/[0-9a-f]{28}\.out$/);
  expect(failureLocation).toMatch(/^s3:\/\/bucket\/e\/failure\/[0-9a-f]{28}-error\.out$/);
  expect(resultLocations('bucket', 'e', 'two').outputLocation).not.toBe(outputLocation);
});
