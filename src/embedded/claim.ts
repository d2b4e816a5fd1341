/** One owner for a data directory: a second Radiant is refused while the first one lives. */
import { linkSync, mkdirSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lifeOf, lives, recall, type Life } from './process-identity.js';

// One claim for all servers of a process. With one for each, two processes could take one each, and both would fail.
const held = new Map<string, Set<string>>();

/**
 * Claims `dataDir` (created if missing) for this process, on behalf of one of its servers. The claim of a dead process
 * is replaced. Throws if another living process is the owner, or this one for the same server.
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

/** A link is created completely or not at all, and never replaces another. So a claim is one step. */
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
    return; // another process replaced it first
  }
  const buried = recall(grave);
  // Between our check and our move, another process may have replaced it with its own claim. That one is given back.
  if (buried && lives(buried)) tryLink(grave, file);
  rmSync(grave, { force: true });
  refuseLiving(dataDir, buried);
}

function refuseLiving(dataDir: string, owner: Life | undefined): void {
  if (owner && lives(owner)) {
    throw new Error(
      `another Radiant already runs on ${dataDir}, pid ${owner.pid}. Stop it, or give this one its own data directory`,
    );
  }
}
