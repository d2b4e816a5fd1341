/** Saved views: an address with a name, saved in this browser for each user. */
import { useSyncExternalStore } from 'react';
import { useSession } from '../session';

export interface View {
  name: string;
  /** Path and search, as in the address. */
  href: string;
}

/** Other programs write into the same storage, so anything that is not a list of views counts as none. */
export function parseViews(kept: string | null): View[] {
  try {
    const read: unknown = JSON.parse(kept ?? '[]');
    return Array.isArray(read) ? read.filter(isView) : [];
  } catch {
    return [];
  }
}

const isView = (value: unknown): value is View => {
  const { name, href } = (value ?? {}) as Partial<View>;
  return typeof name === 'string' && typeof href === 'string' && /^\/(?!\/)/.test(href);
};

/** Replaces a view of the same name. */
export const withView = (views: readonly View[], view: View): View[] =>
  [...views.filter(({ name }) => name !== view.name), view].sort((a, b) => a.name.localeCompare(b.name));

const CHANGED = 'radiant.views';

export function useViews() {
  const key = `radiant.views.${useSession().session?.userId ?? ''}`;
  const kept = useSyncExternalStore(listen, () => localStorage.getItem(key));
  const views = parseViews(kept);
  const write = (next: readonly View[]) => {
    localStorage.setItem(key, JSON.stringify(next));
    window.dispatchEvent(new Event(CHANGED));
  };
  return {
    views,
    save: (view: View) => write(withView(views, view)),
    remove: (name: string) => write(views.filter((view) => view.name !== name)),
  };
}

function listen(listener: () => void) {
  window.addEventListener(CHANGED, listener);
  window.addEventListener('storage', listener);
  return () => {
    window.removeEventListener(CHANGED, listener);
    window.removeEventListener('storage', listener);
  };
}
