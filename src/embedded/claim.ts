/** One owner for a data directory: a second Radiant is turned away while the first one lives. */
import { linkSync, mkdirSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lifeOf, lives, recall, type Life } from './process-identity.js';

// One claim for all the servers of a process: with one for each, two processes could take half and both give up.
const held = new Map<string, Set<string>>();

/**
 * Takes `dataDir` (created when missing) for this process, on behalf of one of its servers. The claim of a dead process
 * is broken. Throws when another living process is the owner, or this one for the same server.
 */
export function claimDataDir(dataDir: string, server: string): { release: () => void } {
  mkdirSync(dataDir, { recursive: true });
  const file = join(realpathSync(dataDir), 'owner');
  const mine = lifeOf(process.pid);
  const servers = held.get(file) ?? new Set();
  if (servers.has(server)) refuseLiving(dataDir, mine);
  if (servers.size === 0) takeFile(dataDir, file, mine);
  held.set(file, servers.add(server));
  return {
    release() {
      if (servers.delete(server) && servers.size === 0) giveBack(file, mine);
    },
  };
}

function takeFile(dataDir: string, file: string, mine: Life): void {
  const draft = `${file}.${mine.pid}`;
  writeFileSync(draft, JSON.stringify(mine));
  try {
    while (!tryLink(draft, file)) breakStale(dataDir, file);
  } finally {
    rmSync(draft, { force: true });
  }
}

function giveBack(file: string, mine: Life): void {
  const owner = recall(file);
  if (owner?.pid === mine.pid && owner.birth === mine.birth) rmSync(file, { force: true });
}

/** A link appears whole or not at all, and never over another: what makes the claim one step. */
function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function breakStale(dataDir: string, file: string): void {
  refuseLiving(dataDir, recall(file));
  const grave = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, grave);
  } catch {
    return; // another process broke it first
  }
  const buried = recall(grave);
  // Between our look and our move another process may have broken it and claimed anew: give that one back.
  if (buried && lives(buried)) tryLink(grave, file);
  rmSync(grave, { force: true });
  refuseLiving(dataDir, buried);
}

function refuseLiving(dataDir: string, owner: Life | undefined): void {
  if (owner && lives(owner)) {
    throw new Error(
      `another Radiant already runs on ${dataDir}, pid ${owner.pid}: stop it, or give this one its own data directory`,
    );
  }
}
