import { expect, it } from 'vitest';
import { jobIdOf, parseAdvance, parseTaskMessage, queueNameOf } from './messages.js';

const message = { taskExecutionId: '4f9e9c1e-6f0d-4f7e-9d3b-0d6a3c1b2a10', attempt: 2, delivery: 3 };

it('names a job after the delivery', () => {
  expect(jobIdOf(message)).toBe(`${message.taskExecutionId}.2.3`);
});

it.each([
  ['AlphaFold_2.3-multimer', 'model.AlphaFold_2.3-multimer'],
  ['org:model', 'model.org%3Amodel'],
  ['org%3Amodel', 'model.org%253Amodel'],
  ['tasks', 'model.tasks'],
  [null, 'tasks'],
])('gives the model %s a queue of its own', (model, name) => {
  expect(queueNameOf(model)).toBe(name);
});

it.each([
  null,
  'message',
  {},
  { ...message, taskExecutionId: 7 },
  { ...message, taskExecutionId: 'a'.repeat(65) },
  { ...message, taskExecutionId: "'; drop table" },
  { ...message, attempt: -1 },
  { ...message, delivery: 1.5 },
  { ...message, more: true },
])('refuses %j as a message', (data) => {
  expect(() => parseTaskMessage(data)).toThrow();
  expect(() => parseAdvance(data)).toThrow();
});

it('reads a sent message', () => {
  expect(parseTaskMessage(JSON.parse(JSON.stringify(message)))).toEqual(message);
  expect(parseAdvance({ executionId: 'e-1' })).toEqual({ executionId: 'e-1' });
});
