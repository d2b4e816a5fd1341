/** A private Redis or Valkey, brought up when none is configured and the machine has one. */
import { randomBytes } from 'node:crypto';
import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { lives, recall, type Life } from './process-identity.js';
import { claimDataDir } from './claim.js';
import { hasOldGuardFired } from './guard.js';
import { onFreePort } from './port.js';
import { keep, launch, type Server } from './server.js';

export interface RedisOptions {
  /** Created when missing; the data lives in its `redis` folder. */
  dataDir: string;
  /** The environment's PATH. */
  path: string;
  /** Hears what the server logs. */
  onLine?: (line: string) => void;
}

export interface Redis {
  url: string;
  /** Resolves when the server ends although nobody asked it to. */
  died: Promise<void>;
  /** Whether it was found running, left behind by an owner that died. */
  adopted: boolean;
  /** Shuts the server down, its data on disk, and waits; may be called twice. */
  stop: () => Promise<void>;
}

interface Running extends Life {
  port: number;
  password: string;
}

/** The first valkey-server on PATH, else the first redis-server, else null. */
export function findRedis(path: string): string | null {
  const files = ['valkey-server', 'redis-server'].flatMap((name) =>
    path.split(delimiter).map((dir) => join(dir || '.', name)),
  );
  return files.find(isExecutable) ?? null;
}

/**
 * Starts the server on a private port, or adopts one that an earlier owner left running; null if PATH has none. It
 * ends when this process ends, in whatever way. Throws if another living process owns `dataDir`.
 */
export async function startRedis({ dataDir, path, onLine = () => {} }: RedisOptions): Promise<Redis | null> {
  const command = findRedis(path);
  if (!command) return null;
  const claim = claimDataDir(dataDir, 'redis');
  try {
    const home = resolve(dataDir, 'redis');
    mkdirSync(home, { recursive: true, mode: 0o700 });
    const guardRecord = join(home, 'guard');
    const orphan = await settled(recordIn(home), await hasOldGuardFired(guardRecord));
    const { server, port, password } = orphan
      ? { server: keep(orphan, guardRecord), ...orphan }
      : await begin(command, home, guardRecord, onLine);
    return {
      url: `redis://:${password}@127.0.0.1:${port}`,
      adopted: orphan !== undefined,
      died: server.died,
      stop: () => server.stop().finally(claim.release),
    };
  } catch (error) {
    claim.release();
    throw error;
  }
}

function begin(
  command: string,
  home: string,
  guardRecord: string,
  onLine: (line: string) => void,
): Promise<{ server: Server; port: number; password: string }> {
  const password = randomBytes(24).toString('base64url');
  return onFreePort(async (port) => {
    const settings = [
      'bind 127.0.0.1',
      `port ${port}`,
      `requirepass ${password}`,
      'appendonly yes',
      'appendfsync everysec',
      'save ""',
      'maxmemory-policy noeviction', // an evicted key would be a lost job
    ];
    const server = await launch({
      command,
      args: ['-'], // settings by stdin: every user can read a password on the command line
      options: { cwd: home },
      input: settings.join('\n'),
      ready: /Ready to accept connections/,
      guardRecord,
      onSpawn: (life) => {
        const running: Running = { ...life, port, password };
        writeFileSync(recordIn(home), JSON.stringify(running), { mode: 0o600 });
      },
      onLine,
    });
    return { server, port, password };
  });
}

function recordIn(home: string): string {
  return join(home, 'server.json');
}

/** The recorded server once it answers; undefined if it does not run, or if it was shutting down. */
async function settled(record: string, isEnding: boolean): Promise<Running | undefined> {
  const running = recall(record) as Running | undefined;
  if (!running) return undefined;
  while (lives(running)) {
    if (!isEnding && (await answers(running))) return running;
    await sleep(50);
  }
  return undefined;
}

async function answers({ port, password }: Running): Promise<boolean> {
  const socket = connect(port, '127.0.0.1').setTimeout(1000, () => socket.destroy());
  socket.end(`AUTH ${password}\r\nPING\r\nQUIT\r\n`);
  return (await text(socket).catch(() => '')).includes('+PONG');
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
