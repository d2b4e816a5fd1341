import { expect, it } from 'vitest';
import { jobIdOf, parseAdvance, parseTicket, queueNameOf } from './messages.js';

const ticket = { taskExecutionId: '4f9e9c1e-6f0d-4f7e-9d3b-0d6a3c1b2a10', attempt: 2, delivery: 3 };

it('names a job after the delivery', () => {
  expect(jobIdOf(ticket)).toBe(`${ticket.taskExecutionId}.2.3`);
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
  'ticket',
  {},
  { ...ticket, taskExecutionId: 7 },
  { ...ticket, taskExecutionId: 'a'.repeat(65) },
  { ...ticket, taskExecutionId: "'; drop table" },
  { ...ticket, attempt: -1 },
  { ...ticket, delivery: 1.5 },
  { ...ticket, more: true },
])('refuses %j as a ticket', (data) => {
  expect(() => parseTicket(data)).toThrow();
  expect(() => parseAdvance(data)).toThrow();
});

it('reads what was sent', () => {
  expect(parseTicket(JSON.parse(JSON.stringify(ticket)))).toEqual(ticket);
  expect(parseAdvance({ executionId: 'e-1' })).toEqual({ executionId: 'e-1' });
});
