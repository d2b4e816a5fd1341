/** Server-Sent Events: queries are fetched again when their data changes. Nothing polls. */
import { useQueryClient, type QueryKey } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import type { components } from './contract';

let paused = false;
const listeners = new Set<() => void>();
export const livePause = {
  toggle() {
    paused = !paused;
    for (const listener of listeners) listener();
  },
};
export const useLivePaused = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => paused,
  );

/** A hidden page holds no connection, because browsers allow six to a server. */
const useHidden = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      document.addEventListener('visibilitychange', listener);
      return () => document.removeEventListener('visibilitychange', listener);
    },
    () => document.hidden,
  );

/** The shortest time between two refreshes. */
const CALM_MS = 400;
const EVENTS = ['message', 'task', 'workflow', 'execution', 'thermal', 'model', 'change'];

/**
 * Refreshes queries while `url` sends changes, and after a gap in the connection.
 *
 * @param kind of the changes that matter; without it, all do
 */
export function useLive(url: string | null, keys: readonly QueryKey[], kind?: string): void {
  const queries = useQueryClient();
  const isPaused = useLivePaused();
  const isHidden = useHidden();
  const wanted = JSON.stringify(keys);
  useEffect(() => {
    if (url === null || isPaused || isHidden) return undefined;
    let calm: number | undefined;
    const refresh = (changed: string | null) => {
      if (kind !== undefined && changed !== null && changed !== kind) return;
      calm ??= window.setTimeout(() => {
        calm = undefined;
        for (const queryKey of JSON.parse(wanted) as QueryKey[]) void queries.invalidateQueries({ queryKey });
      }, CALM_MS);
    };
    const close = follow(url, refresh);
    return () => {
      window.clearTimeout(calm);
      close();
    };
  }, [url, isPaused, isHidden, wanted, kind, queries]);
}

/** Called with the kind of a change; null for any other event, and after a gap. */
type Listener = (changed: string | null) => void;

interface Stream {
  source: EventSource;
  listeners: Set<Listener>;
  retry: number | undefined;
  waitMs: number;
}
const streams = new Map<string, Stream>();

/** One connection for all listeners of the same url. */
function follow(url: string, notify: Listener): () => void {
  const stream = streams.get(url) ?? open(url);
  stream.listeners.add(notify);
  return () => {
    stream.listeners.delete(notify);
    if (stream.listeners.size > 0) return;
    window.clearTimeout(stream.retry);
    stream.source.close();
    streams.delete(url);
  };
}

function open(url: string): Stream {
  const stream: Stream = {
    source: new EventSource(url),
    listeners: new Set(),
    retry: undefined,
    waitMs: 2_000,
  };
  const notify = (changed: string | null) => {
    for (const listener of stream.listeners) listener(changed);
  };
  const listen = () => {
    const { source } = stream;
    for (const event of EVENTS) source.addEventListener(event, (message) => notify(kindOf(message)));
    let wasLost = false;
    source.addEventListener('open', () => {
      if (wasLost) notify(null);
      wasLost = false;
    });
    source.addEventListener('error', () => {
      // The queries find out whether the server is away, and report it.
      if (!wasLost) notify(null);
      wasLost = true;
      // The browser reconnects by itself unless it was refused. A starting server may have refused it.
      if (source.readyState !== EventSource.CLOSED) return;
      stream.retry = window.setTimeout(() => {
        stream.source = new EventSource(url);
        listen();
      }, stream.waitMs);
      stream.waitMs = Math.min(60_000, stream.waitMs * 2);
    });
  };
  listen();
  streams.set(url, stream);
  return stream;
}

function kindOf({ type, data }: MessageEvent<string>): string | null {
  if (type !== 'change') return null;
  const { kind }: components['schemas']['Change'] = JSON.parse(data);
  return kind;
}
