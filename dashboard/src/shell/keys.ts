/** The names of keys on this machine, and the setting that turns single keys off. */

export const KEYS_OFF = 'radiant.keys-off';

export const searchKeyOn = (platform: string): string =>
  /mac|iphone|ipad/i.test(platform) ? '⌘K' : 'Ctrl K';

export const SEARCH_KEY = searchKeyOn(typeof navigator === 'undefined' ? '' : navigator.platform);
