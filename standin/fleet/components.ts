/** The life cycle of an inference component: its copies start after a warm-up, if need be on new instances, and stop. */
import { staying, whenAll, type Copy } from './instances.js';
import { unhealthy } from './provisioning.js';
import { place, vacate } from './shared-hosts.js';
import { forgetResource } from './scaling.js';
import { arnOf, type Component, type Specification } from '../state.js';
import type { Account } from '../account.js';

/** The minimum duration of a change, in virtual seconds. */
const CHANGE_SECONDS = 5;

type New = Pick<Component, 'name' | 'endpoint' | 'variant' | 'specification' | 'desired'>;

export function createComponent(world: Account, given: New): Component {
  const now = world.clock.wall();
  const component: Component = {
    ...given,
    arn: arnOf('inference-component', given.name),
    status: 'Creating',
    failureReason: undefined,
    copies: [],
    createdAt: now,
    modifiedAt: now,
  };
  world.state.components.set(given.name.toLowerCase(), component);
  start(world, component, 'CreateInferenceComponent', component.specification, given.desired, (failure) => {
    become(world, component, failure === undefined ? 'InService' : 'Failed', failure);
    if (failure !== undefined) stop(world, component, component.copies, () => undefined);
  });
  return component;
}

/** Starts as many copies as fit. A shortage is reported, but is no failure. */
export function setCopies(world: Account, component: Component, count: number): void {
  const now = staying(component.copies);
  component.desired = count;
  become(world, component, 'Updating');
  const done = (failure?: string): void => become(world, component, 'InService', failure);
  if (count < now.length) return stop(world, component, now.slice(count), done);
  const operation = 'UpdateInferenceComponentRuntimeConfig';
  start(world, component, operation, component.specification, count - now.length, done);
}

/** Starts the new copies first, then stops the old ones. If the new ones fail, the old ones stay. */
export function respecify(
  world: Account,
  component: Component,
  specification: Specification,
  count: number,
): void {
  const old = staying(component.copies);
  become(world, component, 'Updating');
  start(world, component, 'UpdateInferenceComponent', specification, count, (failure, copies) => {
    const unwanted = failure === undefined ? old : copies;
    if (failure === undefined) Object.assign(component, { specification, desired: count });
    stop(world, component, unwanted, () => become(world, component, 'InService', failure));
  });
}

export function deleteComponent(world: Account, component: Component): void {
  component.desired = 0;
  become(world, component, 'Deleting');
  stop(world, component, component.copies, () => {
    world.state.components.delete(component.name.toLowerCase());
    world.state.tags.delete(component.arn);
    forgetResource(world, `inference-component/${component.name}`);
  });
}

/** `done` receives the reason of a failure or a shortage, if there is one, and the started copies. */
function start(
  world: Account,
  component: Component,
  operation: string,
  { served, room }: Specification,
  count: number,
  done: (failure: string | undefined, copies: Copy[]) => void,
): void {
  const { clock } = world;
  const { endpoint, variant } = component;
  const { copies, shortage } = place(world, endpoint, variant, { room, count, operation });
  component.copies.push(...copies);
  const { warmUpSeconds, unhealthySeconds } = served.container;
  const tasks = copies.map((copy) => (ready: () => void): void => {
    const hostSeconds = Math.max(0, copy.host.readyAt - clock.now());
    clock.after(hostSeconds + (unhealthySeconds ?? warmUpSeconds), () => {
      if (unhealthySeconds === undefined) copy.stage = 'serving';
      ready();
    });
  });
  const rest = (ready: () => void): void => void clock.after(CHANGE_SECONDS, ready);
  whenAll([...tasks, rest], () => {
    const sick = unhealthySeconds !== undefined && copies.length > 0;
    if (!sick) return done(shortage, copies);
    stop(world, component, copies, () => done(unhealthy(`inference component ${component.name}`), []));
  });
}

function stop(world: Account, component: Component, copies: readonly Copy[], then: () => void): void {
  const leave = (gone: () => void): void =>
    world.jobs.retire(
      copies,
      (some) => {
        component.copies = component.copies.filter((copy) => !some.includes(copy));
        vacate(world, component.endpoint, component.variant, some);
      },
      gone,
    );
  const rest = (gone: () => void): void => void world.clock.after(CHANGE_SECONDS, gone);
  whenAll([leave, rest], then);
}

function become(world: Account, component: Component, status: Component['status'], failure?: string): void {
  component.status = status;
  component.failureReason = failure;
  component.modifiedAt = world.clock.wall();
}
