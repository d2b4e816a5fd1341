/** Server-Sent Events: what changes is asked for again, and nothing polls. */
import { useQueryClient, type QueryKey } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';

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

/** A page that nobody sees holds no connection: browsers allow six to a server. */
const useHidden = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      document.addEventListener('visibilitychange', listener);
      return () => document.removeEventListener('visibilitychange', listener);
    },
    () => document.hidden,
  );

/** No more often than this, however much happens. */
const CALM_MS = 400;
const EVENTS = ['message', 'task', 'workflow', 'execution', 'thermal', 'model', 'change'];

/** Keeps queries fresh while `url` has something to tell, and asks again for what was missed while it was away. */
export function useLive(url: string | null, keys: readonly QueryKey[]): void {
  const queries = useQueryClient();
  const isPaused = useLivePaused();
  const isHidden = useHidden();
  const wanted = JSON.stringify(keys);
  useEffect(() => {
    if (url === null || isPaused || isHidden) return undefined;
    let calm: number | undefined;
    const refresh = () => {
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
  }, [url, isPaused, isHidden, wanted, queries]);
}

interface Stream {
  source: EventSource;
  told: Set<() => void>;
  retry: number | undefined;
  waitMs: number;
}
const streams = new Map<string, Stream>();

/** One connection for all that follow the same url. */
function follow(url: string, tell: () => void): () => void {
  const stream = streams.get(url) ?? open(url);
  stream.told.add(tell);
  return () => {
    stream.told.delete(tell);
    if (stream.told.size > 0) return;
    window.clearTimeout(stream.retry);
    stream.source.close();
    streams.delete(url);
  };
}

function open(url: string): Stream {
  const stream: Stream = { source: new EventSource(url), told: new Set(), retry: undefined, waitMs: 2_000 };
  const tell = () => {
    for (const listener of stream.told) listener();
  };
  const listen = () => {
    const { source } = stream;
    for (const event of EVENTS) source.addEventListener(event, tell);
    let wasLost = false;
    source.addEventListener('open', () => {
      if (wasLost) tell();
      wasLost = false;
    });
    source.addEventListener('error', () => {
      // The queries find out whether the server is away, and say so.
      if (!wasLost) tell();
      wasLost = true;
      // The browser reconnects by itself unless it was refused; that may have been a server on its way up.
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
