/** Brings the checkout to where it can run: dependencies installed, server and dashboard built. Says a line for each step it takes. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build, buildIsStale, changedAt } from './build.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const at = (...path) => join(root, ...path);

const oldestNode = [20, 19];
const lock = at('.radiant', 'setup.lock');

/**
 * Does nothing when there is nothing to do; two at once wait for each other. Throws when a step fails.
 *
 * @param built false for who runs the sources
 */
async function setup({ built }) {
  checkNode();
  const mustBuild = () => built && buildIsStale();
  if (!dependenciesAreStale() && !mustBuild()) return;
  await takeLock();
  try {
    // Checked again: the process that held the lock before may have done everything.
    if (dependenciesAreStale()) install();
    if (mustBuild()) build();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [oldestMajor, oldestMinor] = oldestNode;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new Error(`Radiant needs Node ${oldestNode.join('.')} or newer; this is ${process.versions.node}`);
}

function dependenciesAreStale() {
  return changedAt(at('package-lock.json')) > changedAt(at('node_modules', '.package-lock.json'));
}

/**
 * Versions come from the lock file. Not `npm ci`: it refuses a lock file that was made where the optional packages of
 * other platforms are not served. The tools that build are development dependencies: included even where
 * NODE_ENV says production.
 */
function install() {
  say('Installing dependencies');
  run('npm', ['install', '--no-save', '--include=dev'], { shell: process.platform === 'win32' });
}

function run(command, args, options = {}) {
  const { status, signal, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (status === 0) return;
  throw new Error(`${command} ${args.join(' ')} failed (${error?.message ?? signal ?? `code ${status}`})`);
}

/** Waits for a living owner; the lock of a dead one is broken. */
async function takeLock() {
  mkdirSync(dirname(lock), { recursive: true });
  const draft = `${lock}.${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft);
  writeFileSync(join(draft, 'pid'), String(process.pid));
  let reported = false;
  // A full directory can not be renamed over: it takes the lock together with the owner's number, or not at all.
  while (!tryRename(draft, lock)) {
    const owner = ownerOf(lock);
    if (owner === undefined) continue; // let go just now
    if (!isAlive(owner)) {
      breakLock();
      continue;
    }
    if (!reported) say(`Waiting for another set-up (pid ${owner}; if it is none, remove ${lock})`);
    reported = true;
    await sleep(200);
  }
}

function breakLock() {
  const grave = `${lock}.${process.pid}.stale`;
  if (!tryRename(lock, grave)) return;
  // Somebody else may have broken it first and taken it anew: give that one back.
  if (isAlive(ownerOf(grave))) tryRename(grave, lock);
  rmSync(grave, { recursive: true, force: true });
}

function ownerOf(directory) {
  try {
    return Number(readFileSync(join(directory, 'pid'), 'utf8'));
  } catch {
    return undefined;
  }
}

/** Our own number on somebody else's lock is a dead owner's, as in a container that was started again. */
function isAlive(pid) {
  if (!pid || pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function tryRename(from, to) {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST', 'ENOENT', 'EPERM'].includes(error.code)) return false;
    throw error;
  }
}

function say(line) {
  process.stdout.write(`${line}\n`);
}

/** For scripts: a failed set-up ends the process with its message alone. */
export async function setupOrExit({ built = true } = {}) {
  try {
    await setup({ built });
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

if (realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) await setupOrExit();
